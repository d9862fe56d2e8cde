/**
 * What made a render fail, and whose failure it is:
 *
 * - `job`: the job fails on every host. It is FAILED.
 * - `host`: this host cannot render. It gives the job back and takes no job until its check holds.
 *   A job that was given back as `killed` fails if it is killed again (killed-render.ts).
 * - `unclear`: the failure may be of the job or of the host. After several such failures in a row
 *   the host checks itself.
 */
export const FAILURE_KINDS = {
  refused: 'job', // the rules of every host refuse the job
  source: 'job', // a template or an asset could not be read or downloaded
  project: 'job', // After Effects named an error in the project or its script
  action: 'job', // an action of the job failed, or the output could not be published
  limit: 'job', // a render that had begun took longer than a limit
  notPrepared: 'host', // nexrender has no right to write its script beside aerender
  licence: 'host', // After Effects has no licence
  missingProgram: 'host', // aerender is missing
  missingModule: 'host', // ffmpeg or an allowed action module is missing; only some jobs need it
  // the job has paths of another operating system, and this host has no mapping for them
  otherSystem: 'host',
  notHere: 'host', // the lists or roots of this host refuse the job; those of another may not
  silent: 'host', // a path of the job is on a share that does not answer on this host
  disk: 'host', // a disk is full
  killed: 'host', // the system or another program ended a program of the render
  rights: 'host', // the worker has no right to write or start a thing that every render needs
  startup: 'host', // After Effects says that it cannot start
  noReason: 'unclear', // aerender ended without an error message
  crash: 'unclear', // a signal or an error of After Effects itself ended the render
  unknownError: 'unclear', // an error that no other row has
  noStart: 'unclear', // the composition did not start, or no frame was rendered, within a limit
} as const satisfies Readonly<Record<string, 'job' | 'host' | 'unclear'>>;
export type FailureKind = keyof typeof FAILURE_KINDS;
export type FailureCause = (typeof FAILURE_KINDS)[FailureKind];

/**
 * Whose failure it is. A first frame shows that the host can render, so an unclear failure after a
 * frame is a failure of the job.
 */
export function decideCause(kind: FailureKind, hadFrame: boolean): FailureCause {
  const cause = FAILURE_KINDS[kind];
  return cause === 'unclear' && hadFrame ? 'job' : cause;
}

const OF_SOME_JOBS: readonly FailureKind[] = [
  ...(['missingModule', 'otherSystem', 'notHere', 'silent', 'killed'] as const),
];

/** True if no job can render on a host after this failure; false if only some jobs cannot. */
export function stopsHost(kind: FailureKind): boolean {
  return FAILURE_KINDS[kind] === 'host' && !OF_SOME_JOBS.includes(kind);
}

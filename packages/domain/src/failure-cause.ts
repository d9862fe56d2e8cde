/**
 * What made a render fail, and whose failure that is:
 *
 * - `job`: the same job fails on every host. It is FAILED.
 * - `host`: this host cannot render. It gives the job back and takes none until its check holds.
 *   A job that is given back as `killed` fails where the same happens again (killed-render.ts).
 * - `unclear`: it may be either. Where several renders in a row fail so, the host checks itself.
 */
export const FAILURE_KINDS = {
  refused: 'job', // the host's rules refuse the job
  source: 'job', // a template or an asset could not be read or downloaded
  project: 'job', // After Effects named what is wrong with the project or its script
  action: 'job', // an action of the job failed, or its output could not be published
  limit: 'job', // a render that had begun took longer than a limit
  notPrepared: 'host', // nexrender may not write its script beside aerender
  licence: 'host', // After Effects has no licence
  missingProgram: 'host', // aerender is missing
  missingModule: 'host', // ffmpeg or an allowed action module is missing, which some jobs need
  otherSystem: 'host', // the job names paths of another system, for which this host has no mapping
  silent: 'host', // a path of the job lies on a share that does not answer here
  disk: 'host', // a disk is full
  killed: 'host', // the system or another program ended a program of the render
  rights: 'host', // the worker may not write or start what every render needs
  startup: 'host', // After Effects says that it cannot start
  noReason: 'unclear', // aerender ended and named no error
  crash: 'unclear', // a signal or an error of After Effects itself ended it
  unknownError: 'unclear', // an error that is in no other row
  noStart: 'unclear', // the composition did not start, or no frame came, within a limit
} as const satisfies Readonly<Record<string, 'job' | 'host' | 'unclear'>>;
export type FailureKind = keyof typeof FAILURE_KINDS;
export type FailureCause = (typeof FAILURE_KINDS)[FailureKind];

/**
 * Whose failure it is. After its first frame a render has shown that the host can render, so what
 * is unclear is then the job's.
 */
export function decideCause(kind: FailureKind, hadFrame: boolean): FailureCause {
  const cause = FAILURE_KINDS[kind];
  return cause === 'unclear' && hadFrame ? 'job' : cause;
}

const OF_SOME_JOBS: readonly FailureKind[] = ['missingModule', 'otherSystem', 'silent', 'killed'];

/** True when no job can render on a host that failed so; false where only some jobs cannot. */
export function stopsHost(kind: FailureKind): boolean {
  return FAILURE_KINDS[kind] === 'host' && !OF_SOME_JOBS.includes(kind);
}

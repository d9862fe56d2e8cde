/*
 * How `worker stop` ends the daemon of a scratch root. It sends no signal, because a program on
 * Windows cannot react to one.
 *
 * 1. The daemon holds the lock of the scratch root. It writes `daemon.json` into the host's folder:
 *    its run (a random id), its identity, and the progress of its end (followEndRequests).
 * 2. `worker stop` reads that file and writes a request for that run: `stop.json` or `drain.json`
 *    (commands/stop-daemon.ts). Only a user who may write into the folder can ask: its owner or the
 *    administrator.
 * 3. The daemon looks for both files twice a second and obeys the requests for its own run. So a
 *    request remains when its sender dies, a stop counts more than a drain, and a later daemon
 *    ignores it.
 * 4. The daemon writes that it drains or stops. When all renders have ended, it writes that.
 * 5. `worker stop` waits for that and for the end of the process (decideStopWait of domain).
 */
import { STOP_DEMANDS, type StopDemand, WORKER_STATES, type WorkerState } from '@renderdeck/domain';
import { type HostFile, openHostFile, readIdentity } from '@renderdeck/render-host';
import { z } from 'zod';
import { runPeriodically } from '../loops/run-periodically.ts';
import type { Worker } from '../worker.ts';
import type { EndRequest } from './end-request.ts';

const note = z.object({
  run: z.string(),
  pid: z.int(),
  startToken: z.string(),
  bootId: z.string(),
  machineId: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  state: z.enum(WORKER_STATES),
  /** The number of running renders; after the end, the number of jobs that were given back. */
  renders: z.int(),
});
/** The facts that the daemon of a scratch root writes about itself. */
export type DaemonNote = z.infer<typeof note>;

const request = z.object({ run: z.string() });

export type DaemonFiles = {
  /** Null when no daemon has written a note. */
  readNote(): Promise<DaemonNote | null>;
  writeNote(note: DaemonNote): Promise<void>;
  ask(demand: StopDemand, run: string): Promise<void>;
  /** The strongest request for this run; null: there is none. */
  readDemand(run: string): Promise<StopDemand | null>;
};

export async function openDaemonFiles(scratchRoot: string): Promise<DaemonFiles> {
  const daemon = await openHostFile(scratchRoot, 'daemon.json');
  const requests: Record<StopDemand, HostFile> = {
    drain: await openHostFile(scratchRoot, 'drain.json'),
    stop: await openHostFile(scratchRoot, 'stop.json'),
  };
  return {
    async readNote() {
      const read = note.safeParse(await daemon.read());
      return read.success ? read.data : null;
    },
    writeNote: (written) => daemon.write(written),
    ask: (demand, run) => requests[demand].write({ run }),
    async readDemand(run) {
      let strongest: StopDemand | null = null;
      for (const demand of STOP_DEMANDS) {
        const read = request.safeParse(await requests[demand].read());
        if (read.success && read.data.run === run) strongest = demand;
      }
      return strongest;
    },
  };
}

const LOOK_EVERY_MS = 500;

type EndFollower = {
  /** Writes that every render has ended, and how many jobs were given back. Stops looking. */
  reportEnd(givenBack: number): Promise<void>;
};

/**
 * Writes who this daemon is, obeys requests to end, and writes the progress of the end. Returns
 * when `worker stop` can find this daemon, or the disk refuses the note for now.
 */
export async function followEndRequests(
  { config, context, attempts, log }: Pick<Worker, 'config' | 'context' | 'attempts' | 'log'>,
  end: EndRequest,
): Promise<EndFollower> {
  const files = await openDaemonFiles(config.scratchRoot);
  const self = await readIdentity(process.pid);
  if (self === null) throw new Error('this process does not find itself');
  const { machineId, pidNamespace } = context.identity;
  const run = context.workerId;
  let written: Pick<DaemonNote, 'state' | 'renders'> | null = null;
  const write = async (state: WorkerState, renders: number) => {
    if (written?.state === state && written.renders === renders) return;
    await files.writeNote({ run, ...self, machineId, pidNamespace, state, renders });
    written = { state, renders };
  };
  // On a full disk the daemon runs all the same, and the loop writes the note later.
  await write('runs', 0).catch((error: unknown) =>
    log.error({ err: error }, '`worker stop` cannot find this worker yet'),
  );

  const loop = runPeriodically(
    LOOK_EVERY_MS,
    async () => {
      const asked = end.stop.aborted ? null : await files.readDemand(run);
      if (asked !== null) end.ask(asked, `worker stop (${asked})`);
      if (end.demand === null) return await write('runs', 0);
      await write(end.demand === 'stop' ? 'stops' : 'drains', attempts.ids().length);
    },
    (error) => log.error({ err: error }, 'requests to stop cannot be read or answered'),
  );
  return {
    async reportEnd(givenBack) {
      await loop.stop();
      await write('ended', givenBack).catch((error: unknown) =>
        log.error({ err: error }, 'the end of this worker cannot be written'),
      );
    },
  };
}

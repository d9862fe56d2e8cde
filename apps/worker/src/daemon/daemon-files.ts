/*
 * How `worker stop` ends the daemon of a scratch root. It needs no signal: Windows has none that a
 * program could answer.
 *
 * 1. The daemon holds the lock of the scratch root. It writes `daemon.json` into the host's folder:
 *    its run (a random id), who it is, and how far its end is (followEndRequests).
 * 2. `worker stop` reads it and writes a request with that run: `stop.json` or `drain.json`
 *    (commands/stop-daemon.ts). Only who may write into the folder, its owner and the
 *    administrator, can ask.
 * 3. The daemon looks for both twice a second and obeys those of its own run. So a request outlives
 *    its asker, a stop overtakes a drain, and no request reaches a later daemon.
 * 4. It writes that it drains or stops and, when all its renders have ended, that it has ended.
 * 5. `worker stop` waits for that and for the end of the process (domain's decideStopWait).
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
  /** Renders that run; when it has ended, those whose jobs it gave back. */
  renders: z.int(),
});
/** What the daemon of a scratch root says of itself. */
export type DaemonNote = z.infer<typeof note>;

const request = z.object({ run: z.string() });

export type DaemonFiles = {
  /** Null where no daemon has written one. */
  readNote(): Promise<DaemonNote | null>;
  writeNote(note: DaemonNote): Promise<void>;
  ask(demand: StopDemand, run: string): Promise<void>;
  /** The strongest demand on this run; null: none. */
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
  /** Says that every render has ended, with the number that was given back. Looks no more. */
  reportEnd(givenBack: number): Promise<void>;
};

/**
 * Writes who this daemon is, obeys requests to end, and writes how far the end is. Returns when
 * `worker stop` can find this daemon.
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
  await write('runs', 0);

  const loop = runPeriodically(
    LOOK_EVERY_MS,
    async () => {
      const asked = end.stop.aborted ? null : await files.readDemand(run);
      if (asked !== null) end.ask(asked, `worker stop (${asked})`);
      if (end.demand === null) return;
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

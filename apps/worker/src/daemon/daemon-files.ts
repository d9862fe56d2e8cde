/*
 * How `worker stop` ends the daemon of a scratch root. It needs no signal: Windows has none that a
 * program could answer.
 *
 * 1. The daemon holds the lock of the scratch root. It writes `daemon.json` into the host's folder:
 *    its run (a random id), who it is, and how far its end is (follow-end-requests.ts).
 * 2. `worker stop` reads it and writes a request with that run: `stop.json` or `drain.json`
 *    (commands/stop-daemon.ts). Only who may write into the folder, its owner and the
 *    administrator, can ask.
 * 3. The daemon looks for both twice a second and obeys those of its own run. So a request outlives
 *    its asker, a stop overtakes a drain, and no request reaches a later daemon.
 * 4. It writes that it drains or stops and, when all its renders have ended, that it has ended.
 * 5. `worker stop` waits for that and for the end of the process (domain's decideStopWait).
 */
import { STOP_DEMANDS, type StopDemand, WORKER_STATES } from '@renderdeck/domain';
import { type HostFile, openHostFile } from '@renderdeck/render-host';
import { z } from 'zod';

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

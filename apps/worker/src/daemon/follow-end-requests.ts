import type { WorkerState } from '@renderdeck/domain';
import { readIdentity } from '@renderdeck/render-host';
import { runPeriodically } from '../loops/run-periodically.ts';
import type { Worker } from '../worker.ts';
import { type DaemonNote, openDaemonFiles } from './daemon-files.ts';
import type { EndRequest } from './end-request.ts';

const LOOK_EVERY_MS = 500;

export type EndFollower = {
  /** Says that every render has ended, with the number that was given back. Looks no more. */
  reportEnd(givenBack: number): Promise<void>;
};

/**
 * Writes who this daemon is, obeys requests to end (daemon-files.ts), and writes how far the end
 * is. Returns when `worker stop` can find this daemon.
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

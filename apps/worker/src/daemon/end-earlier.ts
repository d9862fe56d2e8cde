import { sweepContainers } from '@renderdeck/render-host';
import { sendJournal } from '../loops/journal-loop.ts';
import { retryStart } from '../retry-until-deadline.ts';
import type { Worker } from '../worker.ts';

/** Ends the renders and checks that an earlier daemon left. */
export async function endEarlier(
  worker: Worker,
  end: AbortSignal,
  endOrphans: () => Promise<void>,
): Promise<void> {
  const { log, checkTrees } = worker;
  // Before the orphans, because a report says more about an attempt than a search can.
  await sendJournal(worker).catch((error: unknown) =>
    log.error({ err: error }, 'the journal was not sent, it is tried again'),
  );
  await checkTrees
    .endEarlier()
    .catch((error: unknown) => log.error({ err: error }, 'an earlier check is not ended'));
  await retryStart('search for orphans', worker, end, endOrphans);
  const containers = await sweepContainers();
  if (containers.length > 0)
    log.info({ containers }, 'empty containers of an earlier worker were removed');
}

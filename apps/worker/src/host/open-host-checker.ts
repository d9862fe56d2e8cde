import { type HostRecord, NEW_RECORD } from '@renderdeck/domain';
import { findCheckAsked, recordHostCheck } from '@renderdeck/operations';
import { openHostFile } from '@renderdeck/render-host';
import { z } from 'zod';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import type { Worker } from '../worker.ts';
import { CheckTrees } from './check-tree.ts';
import { HostChecker } from './host-checker.ts';
import { runHostCheck } from './run-host-check.ts';

const stored: z.ZodType<HostRecord> = z.object({
  unclear: z.int().min(0),
  pauses: z.int().min(0),
  problem: z.string().nullable(),
});

/** Reads and writes this host's record of its renders. A damaged file counts as none. */
async function openHostRecord(scratchRoot: string): Promise<{
  readonly record: HostRecord;
  saveRecord(record: HostRecord): Promise<void>;
}> {
  const file = await openHostFile(scratchRoot, 'record.json');
  const read = stored.safeParse(await file.read());
  return {
    record: read.success ? read.data : NEW_RECORD,
    saveRecord: (record) => file.write(record),
  };
}

/** The check of this host, with the record that an earlier daemon has written. */
export async function openHostChecker(
  worker: Pick<Worker, 'config' | 'context' | 'log' | 'renderUser' | 'shutdownDeadline'>,
): Promise<Pick<Worker, 'hostChecker' | 'checkTrees'>> {
  const { config, context, log, renderUser } = worker;
  const { scratchRoot, endStrays, name } = config;
  const { identity, workerId, db } = context;
  const checkTrees = new CheckTrees({ scratchRoot, identity, renderUser, endStrays });
  const hostChecker = new HostChecker({
    ...(await openHostRecord(scratchRoot)),
    name,
    log,
    check: (signal) => runHostCheck({ config, renderUser, trees: checkTrees }, signal),
    findAsked: () => findCheckAsked(db, workerId),
    async report(items, ranMs, askedAt) {
      await retryUntilDeadline('check of the host', worker, () =>
        recordHostCheck(context, { items, ranMs: ranMs(), askedAt }),
      );
    },
  });
  return { hostChecker, checkTrees };
}

/** Checks this host if an admin asked for it. A failure is tried again at the next heartbeat. */
export async function answerCheck({ hostChecker, log }: Worker): Promise<void> {
  await hostChecker
    .answer()
    .catch((error: unknown) => log.warn({ err: error }, 'a request for a check was not read'));
}

import { findCheckAsked, recordHostCheck } from '@renderdeck/operations';
import { retryUntilDeadline } from '../retry-until-deadline.ts';
import type { Worker } from '../worker.ts';
import { CheckTrees } from './check-tree.ts';
import { openHostRecord } from './host-record-file.ts';
import { runHostCheck } from './run-host-check.ts';
import { SelfCheck } from './self-check.ts';

/** The check of this host, with what an earlier daemon of it remembered. */
export async function openSelfCheck(
  worker: Pick<Worker, 'config' | 'context' | 'log' | 'renderUser' | 'shutdownDeadline'>,
): Promise<Pick<Worker, 'selfCheck' | 'checkTrees'>> {
  const { config, context, log, renderUser } = worker;
  const { scratchRoot, endStrays, name } = config;
  const { identity, workerId, db } = context;
  const checkTrees = new CheckTrees({ scratchRoot, identity, renderUser, endStrays });
  const selfCheck = new SelfCheck({
    ...(await openHostRecord(scratchRoot)),
    name,
    log,
    check: (signal) => runHostCheck({ config, renderUser, trees: checkTrees }, signal),
    findAsked: () => findCheckAsked(db, workerId),
    async report(checks, ranMs, askedAt) {
      await retryUntilDeadline('check of the host', worker, () =>
        recordHostCheck(context, { checks, ranMs: ranMs(), askedAt }),
      );
    },
  });
  return { selfCheck, checkTrees };
}

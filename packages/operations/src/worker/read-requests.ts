import { readRequests as readRows } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';
import type { Renewal } from './renew-leases.ts';

/** What a worker without notifications reads each second. */
export type HostRequests = Pick<Renewal, 'stopRequested' | 'isCheckAsked'> & {
  /** Whether any job waits, whatever tags it needs. */
  readonly jobWaits: boolean;
};

/** Reads what this worker was asked for, without renewing anything. */
export async function readRequests(
  { db, workerId }: Pick<WorkerContext, 'db' | 'workerId'>,
  { attemptIds }: { readonly attemptIds: readonly string[] },
): Promise<HostRequests> {
  const { stops, jobWaits, isCheckAsked } = await readRows(db, { workerId, attemptIds });
  return { stopRequested: stops, jobWaits, isCheckAsked };
}

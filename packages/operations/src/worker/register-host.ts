import { HOSTS_CHANNEL, type HostFacts, inTransaction, notify, saveHost, saveHostHeard } from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/** Says that this run of the daemon is the host's from now on, and what it can do. */
export async function registerHost(context: WorkerContext, facts: Omit<HostFacts, 'name' | 'workerId'>): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    await saveHost(tx, { ...facts, name: context.host, workerId: context.workerId });
    await notify(tx, HOSTS_CHANNEL, context.host);
  });
}

/** Says goodbye: the host is not silent, it was stopped. */
export async function signOffHost(context: WorkerContext): Promise<void> {
  await inTransaction(context.db, async (tx) => {
    await saveHostHeard(tx, context.workerId, { draining: true, stopped: true });
    await notify(tx, HOSTS_CHANNEL, context.host);
  });
}

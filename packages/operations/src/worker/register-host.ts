import {
  findHost,
  HOSTS_CHANNEL,
  type HostFacts,
  inTransaction,
  notify,
  saveHost,
  saveHostHeard,
} from '@renderdeck/store';
import type { WorkerContext } from '../operation-context.ts';

/** A daemon as its host's row names it. */
export type OtherDaemon = {
  readonly bootId: string;
  readonly pid: number;
  readonly startToken: string;
  readonly heard: boolean;
  readonly lastHeardAt: Date;
};

/** registered, or the daemon that has this name and lives: neither may end the other's renders. */
export type Registration =
  | { readonly ok: true }
  | { readonly ok: false; readonly heldBy: OtherDaemon };

/**
 * Says that this run of the daemon is the host's from now on, and what it can do. Refused while the daemon that has the name lives: `isAlive`
 * asks the machine where that can be told, otherwise being heard counts.
 */
export async function registerHost(
  context: WorkerContext,
  facts: Omit<HostFacts, 'name' | 'workerId'>,
  isAlive: (other: OtherDaemon) => Promise<boolean> = (other) => Promise.resolve(other.heard),
): Promise<Registration> {
  const seen = await findHost(context.db, context.host);
  if (seen !== null && seen.stoppedAt === null && (await isAlive(seen)))
    return { ok: false, heldBy: seen };
  return await inTransaction(context.db, async (tx): Promise<Registration> => {
    if (
      !(await saveHost(
        tx,
        { ...facts, name: context.host, workerId: context.workerId },
        seen?.workerId ?? null,
      ))
    ) {
      const quicker = await findHost(tx, context.host);
      if (quicker === null)
        throw new Error(`the row of host ${context.host} vanished while it was taken`);
      return { ok: false, heldBy: quicker };
    }
    await notify(tx, HOSTS_CHANNEL, context.host);
    return { ok: true };
  });
}

/** Says goodbye: the host is not silent, it was stopped. */
export async function signOffHost(context: WorkerContext): Promise<void> {
  const state = {
    draining: true,
    problem: null,
    freeBytes: null,
    leftoverFolders: 0,
    unclaimedProcesses: 0,
  };
  await inTransaction(context.db, async (tx) => {
    await saveHostHeard(tx, context.workerId, state, true);
    await notify(tx, HOSTS_CHANNEL, context.host);
  });
}

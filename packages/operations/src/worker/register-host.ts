import type { OtherDaemon } from '@renderdeck/domain';
import {
  findHost,
  HOSTS_CHANNEL,
  type HostFacts,
  inTransaction,
  notify,
  saveHost,
  saveHostHeartbeat,
} from '@renderdeck/store';
import { DONE, type Done, type Outcome, reject, type WorkerContext } from '../operation-context.ts';

export type NewHost = {
  readonly facts: Omit<HostFacts, 'name' | 'workerId'>;
  /** Checks whether the other daemon runs. By default: whether it reported within its lease. */
  readonly isAlive?: (other: OtherDaemon) => Promise<boolean>;
};

/**
 * Registers this run of the daemon as the daemon of its host. Rejected with `nameHeld` while
 * another daemon of that name is alive, so that neither ends the renders of the other.
 */
export async function registerHost(context: WorkerContext, input: NewHost): Promise<Outcome> {
  const { facts, isAlive = async (other: OtherDaemon) => other.isWithinLease } = input;
  const current = await findHost(context.db, context.host);
  if (current !== null && current.stoppedAt === null && (await isAlive(current)))
    return reject({ code: 'nameHeld', heldBy: current });
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const own = { ...facts, name: context.host, workerId: context.workerId };
    if (!(await saveHost(tx, own, current?.workerId ?? null))) {
      const winner = await findHost(tx, context.host);
      if (winner === null)
        throw new Error(`the row of host ${context.host} vanished while it was taken`);
      return reject({ code: 'nameHeld', heldBy: winner });
    }
    await notify(tx, HOSTS_CHANNEL, context.host);
    return DONE;
  });
}

/** Marks this host as stopped, so that it does not count as silent. */
export async function signOffHost(context: WorkerContext): Promise<Done> {
  const state = {
    draining: true,
    problem: null,
    freeBytes: null,
    leftoverFolders: 0,
    unclaimedProcesses: 0,
  };
  return await inTransaction(context.db, async (tx): Promise<Done> => {
    await saveHostHeartbeat(tx, context.workerId, state, true);
    await notify(tx, HOSTS_CHANNEL, context.host);
    return DONE;
  });
}

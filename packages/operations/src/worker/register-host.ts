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
  /** Asks the machine where it can tell; left out, a daemon that is heard counts as alive. */
  readonly isAlive?: (other: OtherDaemon) => Promise<boolean>;
};

/**
 * Makes this run of the daemon the host's own and saves what it can do. Rejected with `nameHeld`
 * while the daemon that has the name lives: neither may end the other's renders.
 */
export async function registerHost(context: WorkerContext, input: NewHost): Promise<Outcome> {
  const { facts, isAlive = async (other: OtherDaemon) => other.heard } = input;
  const seen = await findHost(context.db, context.host);
  if (seen !== null && seen.stoppedAt === null && (await isAlive(seen)))
    return reject({ code: 'nameHeld', heldBy: seen });
  return await inTransaction(context.db, async (tx): Promise<Outcome> => {
    const own = { ...facts, name: context.host, workerId: context.workerId };
    if (!(await saveHost(tx, own, seen?.workerId ?? null))) {
      const quicker = await findHost(tx, context.host);
      if (quicker === null)
        throw new Error(`the row of host ${context.host} vanished while it was taken`);
      return reject({ code: 'nameHeld', heldBy: quicker });
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

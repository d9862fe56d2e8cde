import {
  canSeeDaemon,
  decideRegistration,
  type HostRelation,
  isDaemonAlive,
  type JudgedHost,
  loginProblem,
  type ProcessIdentity,
} from '@renderdeck/domain';
import {
  findHost,
  findHostLogin,
  findHostsOfId,
  type HostFacts,
  type HostRow,
  saveHost,
  saveHostStopped,
} from '@renderdeck/store';
import { DONE, type Done, type Result, reject, type WorkerContext } from '../operation-context.ts';

export type NewHost = {
  readonly facts: Omit<HostFacts, 'name' | 'workerId' | 'hostId' | 'identity'>;
  /** How long this machine has been up, by its own clock. */
  readonly uptimeMs: number;
  /**
   * Whether the process of that daemon runs on this host. By default that is unknown, so the lease
   * decides.
   */
  readonly isRunning?: (daemon: ProcessIdentity) => Promise<boolean>;
};

/**
 * Registers this run of the daemon as the daemon of its host, and binds the name to the host id.
 * It may be repeated.
 * Rejected with `nameHeld` while the name or the id belongs to another host (host-registration.ts),
 * so that neither ends the renders of the other. Rejected with `notOfLogin` if its login may not
 * use the name. `relation`: how the host that had the name before is related to this host.
 */
export async function registerHost(
  context: WorkerContext,
  input: NewHost,
): Promise<Result<{ readonly relation: HostRelation | null }>> {
  const { db, host, workerId, identity } = context;
  const { facts, uptimeMs, isRunning } = input;
  const notOfLogin = loginProblem(host, await findHostLogin(db));
  if (notOfLogin !== null) return reject({ code: 'notOfLogin', sentence: notOfLogin });
  const judge = async (other: HostRow): Promise<JudgedHost> => {
    // This daemon has registered already, and the answer was lost.
    if (other.workerId === workerId) return { ...other, isAlive: false };
    const isSeen = isRunning !== undefined && canSeeDaemon(other, identity, uptimeMs);
    return { ...other, isAlive: isDaemonAlive(other, isSeen ? await isRunning(other) : null) };
  };
  const findSameId = async () =>
    await Promise.all((await findHostsOfId(db, identity.hostId, host)).map(judge));
  const current = await findHost(db, host);
  const bound = current === null ? null : await judge(current);
  const decision = decideRegistration(identity, uptimeMs, bound, await findSameId());
  if (!decision.ok) return decision;
  const own = { ...facts, name: host, workerId, hostId: identity.hostId, identity };
  if (await saveHost(db, own, uptimeMs, current)) {
    // If two hosts start together with one id, at least one of them sees the other here.
    const alone = decideRegistration(identity, uptimeMs, null, await findSameId());
    if (alone.ok) return { ok: true, relation: decision.relation };
    await signOffHost(context);
    return alone;
  }
  // Another daemon took the name, or the daemon that has the name was heard again.
  const winner = await findHost(db, host);
  if (winner === null) throw new Error(`the row of host ${host} vanished while it was taken`);
  const lost = decideRegistration(identity, uptimeMs, { ...winner, isAlive: true }, []);
  if (lost.ok) throw new Error(`host ${host} is both taken and free`);
  return lost;
}

/** Marks this host as stopped, so that it does not count as silent. */
export async function signOffHost(context: WorkerContext): Promise<Done> {
  const state = {
    draining: true,
    problem: null,
    problemKind: null,
    freeBytes: null,
    leftoverFolders: 0,
    unclaimedProcesses: 0,
  };
  await saveHostStopped(context.db, context.workerId, state);
  return DONE;
}

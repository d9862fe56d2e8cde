import type { BoundHost, JudgedHost } from './bound-host.ts';
import {
  compareHosts,
  describeHost,
  type HostIdentity,
  type HostRelation,
  type RecordedIdentity,
} from './host-identity.ts';
import type { Rejection } from './rejection.ts';

export type RegistrationDecision =
  /**
   * `relation`: how the host that had the name is related to this host; null if the name was free.
   */
  | { readonly ok: true; readonly relation: HostRelation | null }
  | { readonly ok: false; readonly rejection: Rejection };

/** Whether the process table of this host shows if the daemon of `other` runs. */
export function canSeeDaemon(other: BoundHost, mine: HostIdentity, uptimeMs: number): boolean {
  // A row of an older version names no namespace, so its daemon may be invisible from here.
  return (
    other.identity !== null &&
    other.identity.pidNamespace === mine.pidNamespace &&
    compareHosts(other.identity, mine, { uptimeMs, sinceHeardMs: other.sinceHeardMs }).relation ===
      'same'
  );
}

/** `isRunning`: whether the process table shows the daemon; null if it cannot show that daemon. */
export function isDaemonAlive(
  { stoppedAt, isWithinLease }: BoundHost,
  isRunning: boolean | null,
): boolean {
  return stoppedAt === null && (isRunning ?? isWithinLease);
}

/**
 * Decides whether this host may take a name. It is refused while the daemon that has the name is
 * alive. It is refused to another host while attempts of the owner are open, unless an admin handed
 * the name over. It is refused while a host with another name uses this host's id, which a copied
 * disk explains. A refusal has a sentence that names both hosts.
 */
export function decideRegistration(
  mine: HostIdentity,
  uptimeMs: number,
  bound: JudgedHost | null,
  sameId: readonly JudgedHost[],
): RegistrationDecision {
  const copy = sameId.find((other) => other.isAlive);
  if (copy !== undefined) return refuse(copy, explainCopy(copy, mine));
  if (bound === null) return { ok: true, relation: null };
  const times = { uptimeMs, sinceHeardMs: bound.sinceHeardMs };
  const { relation, sentence } = compareHosts(identityOf(bound), mine, times);
  if (bound.isAlive)
    return refuse(
      bound,
      relation === 'same' ? explainSecondWorker(bound) : explainHeard(bound, mine, sentence),
    );
  if (relation === 'same' || relation === 'rebooted') return { ok: true, relation };
  if (bound.releasedAt === null && bound.openAttempts > 0)
    return refuse(bound, explainOpenAttempts(bound, mine, sentence));
  return { ok: true, relation };
}

/** The identity in a row. A row of an older version has the boot id alone. */
function identityOf(bound: BoundHost): RecordedIdentity {
  const unknown = { machineId: null, hardwareId: null, pidNamespace: null };
  return bound.identity ?? { hostId: bound.hostId, bootId: bound.bootId, ...unknown };
}

function refuse(heldBy: BoundHost, sentence: string): RegistrationDecision {
  return { ok: false, rejection: { code: 'nameHeld', heldBy, sentence } };
}

const OWN_NAME = 'set RENDERDECK_WORKER_NAME to a name of its own';

function daemonOf({ pid, lastHeardAt }: BoundHost): string {
  return `process ${pid}, last heard ${lastHeardAt.toISOString()}`;
}

function explainSecondWorker(bound: BoundHost): string {
  return (
    `A worker named ${bound.name} runs already (${daemonOf(bound)}); ` + `stop it, or ${OWN_NAME}.`
  );
}

function explainHeard(bound: BoundHost, mine: HostIdentity, sentence: string): string {
  return (
    `The name ${bound.name} belongs to ${describeHost(identityOf(bound))}, which was heard ` +
    `within its lease (${daemonOf(bound)}). This is ${describeHost(mine)}. ${sentence} ` +
    `Stop that worker, wait for the end of its lease, or ${OWN_NAME}.`
  );
}

function explainOpenAttempts(bound: BoundHost, mine: HostIdentity, sentence: string): string {
  const { name, openAttempts } = bound;
  return (
    `The name ${name} belongs to ${describeHost(identityOf(bound))} (${daemonOf(bound)}), and ` +
    `the end of ${openAttempts} of its attempts is not proven. This is ${describeHost(mine)}. ` +
    `${sentence} Start the worker there again. If it will not come back, declare it gone ("ctl ` +
    `hosts gone ${name}") or hand the name over ("ctl hosts release ${name}"); or ${OWN_NAME}.`
  );
}

function explainCopy(copy: BoundHost, mine: HostIdentity): string {
  return (
    `The host id ${mine.hostId} is in use by ${copy.name} (${daemonOf(copy)}), ` +
    `${describeHost(identityOf(copy))}. This is ${describeHost(mine)}. Either this scratch root ` +
    'is shared or it is a copy. Stop that worker; in a copy, delete the file .host/host.json in ' +
    'the scratch root, so that this host makes an id of its own.'
  );
}

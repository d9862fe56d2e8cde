/* A daemon takes a name: operations/worker/register-host.ts. */
import { at, bind, withMachine } from '../access.ts';
import { boundHostOf, identityAt, isDaemonUp, isHolderWell, openUnder, timesOf } from '../facts.ts';
import { MACHINES, type Machine, NAMES, type World } from '../world.ts';
import { settleJobs } from './awaited.ts';
import type { Add, Asked } from './move.ts';
import { settled } from './orphans.ts';

/** A daemon registers. It is refused while another host has the name. */
export function start(world: World, machine: number, name: number, { rules }: Asked, add: Add) {
  const next = registered(world, machine, name, 'starting', { rules });
  if (next === null) return;
  const started = settled(next, machine, { rules });
  const wrong = wrongName(world, machine, name);
  add('back', `a daemon starts on ${MACHINES[machine]}`, started, { wrong });
}

/** The world after the registration; null if the name is refused. */
export function registered(
  world: World,
  machine: number,
  name: number,
  daemon: Machine['daemon'],
  { rules }: Pick<Asked, 'rules'>,
): World | null {
  const mine = at(world.machines, machine);
  const { bound } = at(world.names, name);
  const identity = identityAt(world, machine, mine.boot);
  const judged = bound === null ? null : judge(world, machine, name, { rules });
  const { uptimeMs } = timesOf(machine, bound?.machine ?? machine);
  const decision = rules.decideRegistration(identity, uptimeMs, judged, []);
  if (!decision.ok) return null;
  const facts = { machine, boot: mine.boot, isLatest: true } as const;
  const { hostId } = identity;
  const isSame = bound !== null && identityAt(world, bound.machine, bound.boot).hostId === hostId;
  // Before a promotion there is no new incarnation to report to.
  const hasReported = world.luck.standby !== 'promoted' || (isSame && bound.hasReported === true);
  const fresh = { ...facts, isHeard: true, isStopped: false, isHandedOver: false, hasReported };
  return settleJobs(bind(withMachine(world, machine, { daemon }), name, fresh), { rules });
}

function judge(world: World, machine: number, name: number, { rules }: Pick<Asked, 'rules'>) {
  const mine = at(world.machines, machine);
  const { bound } = at(world.names, name);
  if (bound === null) return null;
  const host = boundHostOf(world, name, bound);
  const isSeen = bound.machine === machine && bound.boot === mine.boot;
  const isRunning = isSeen ? isDaemonUp(world, bound) : null;
  return { ...host, isAlive: rules.isDaemonAlive({ ...host }, isRunning) };
}

/** A name may be taken neither from a host that is heard nor from a host with open attempts. */
function wrongName(world: World, machine: number, name: number): string | null {
  const { bound } = at(world.names, name);
  if (bound === null) return null;
  if (isHolderWell(world, bound) && bound.isHeard)
    return `${NAMES[name]} was taken from a host that is heard`;
  const isOther = bound.machine !== machine;
  const { hostId } = identityAt(world, bound.machine, bound.boot);
  return isOther && !bound.isHandedOver && openUnder(world, name, hostId).length > 0
    ? `${NAMES[name]} was taken from a host with open attempts`
    : null;
}

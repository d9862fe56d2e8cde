/*
 * What a daemon does besides its renders: it claims, renews its leases, starts and shuts down
 * (apps/worker/src/daemon/daemon.ts, shut-down.ts and loops).
 */
import {
  at,
  attemptAt,
  holds,
  placesOf,
  withAttempt,
  withBound,
  withJob,
  withMachine,
} from '../access.ts';
import { AT, newRow } from '../facts.ts';
import { type Attempt, type Entry, type JobRecord, MACHINES, NAMES, type World } from '../world.ts';
import { report } from './awaited.ts';
import type { Add, Asked, Mover } from './move.ts';
import { endOrphans, hasUnsent } from './orphans.ts';
import { registered, start } from './register.ts';

export const workOnHosts: Mover = (world, asked, add) => {
  for (const [index, machine] of world.machines.entries())
    if (machine.name !== null && !machine.isFrozen) work(world, index, machine.name, asked, add);
};

function work(world: World, machine: number, name: number, asked: Asked, add: Add) {
  const { daemon, isCut } = at(world.machines, machine);
  if (daemon === 'off') {
    if (!isCut) start(world, machine, name, asked, add);
    return;
  }
  if (daemon === 'draining') shutDown(world, machine, add);
  if (isCut) {
    outageLimit(world, machine, add);
    return;
  }
  if (daemon === 'ready') claim(world, machine, name, asked, add);
  const heard = renew(world, machine, asked);
  if (heard !== world) add('work', `${MACHINES[machine]} renews its leases`, heard);
  endOrphans(world, machine, asked, add);
  report(world, machine, name, asked, add);
}

/** The attempts of the daemon that runs on a machine. */
function slotsOf(world: World, machine: number) {
  return placesOf(world).flatMap((place) => {
    const { slot, id, tree, machine: ranOn } = attemptAt(world, place);
    return slot !== null && ranOn === machine ? [{ place, slot, id, tree }] : [];
  });
}

function claim(world: World, machine: number, name: number, asked: Asked, add: Add) {
  const { rules, bounds } = asked;
  if (slotsOf(world, machine).length > 0 || !rules.mayClaim(hasUnsent(world, machine))) return;
  const waiting = world.jobs.flatMap(({ record, attempts }, job) =>
    record?.job.status === 'QUEUED' ? [{ record, job, attempts }] : [],
  );
  const byQueue = waiting.toSorted((one, other) =>
    rules.compareInQueue(one.record.job, other.record.job),
  );
  const [first] = byQueue;
  if (first === undefined || first.attempts.length >= bounds.attempts) return;
  const { record, job, attempts } = first;
  const id = `j${job + 1}.${attempts.length + 1}`;
  const lease = { attemptId: id, host: at(NAMES, name), expiresAt: AT };
  const claimed = rules.applyEvent(record.job, { type: 'claim', lease }, AT);
  if (!claimed.ok) return;
  const number = claimed.job.attempts;
  const attempt: Attempt = {
    ...{ id, number, machine, name, boot: at(world.machines, machine).boot, isLeft: false },
    tree: { isAlive: true, phase: 'rendering', ended: null },
    slot: { reason: null, output: 'none', isUnrecorded: false, stage: 'run' },
    entry: OPEN,
    isUnknown: false,
  };
  const rows = [...record.rows, newRow(id, number)];
  const after = (claimedBy: Attempt) =>
    withJob(world, job, {
      record: { ...record, job: claimed.job, rows },
      attempts: [...attempts, claimedBy],
    });
  const again = attempts.find(
    (one) => one.machine === machine && one.entry?.end === 'completed' && !one.entry.isOpen,
  );
  const wrong = waiting.some((one) => runsBefore(one.record, record))
    ? `${id} was claimed before a job that runs first`
    : again === undefined
      ? null
      : `${id} was claimed by the host that had completed ${again.id}`;
  add('work', `${MACHINES[machine]} claims ${id}`, after(attempt), { wrong });
  if (!bounds.kinds.includes('unheard') || world.luck.faults === 0) return;
  const nothing = {
    ...{ ...attempt, slot: null, entry: null },
    tree: { ...attempt.tree, isAlive: false },
  };
  add('fault', `${MACHINES[machine]} claims ${id} and does not hear it`, after(nothing));
}

/** The journal has the attempt before the attempt starts; the database has just made it. */
const OPEN: Entry = {
  isOpen: true,
  end: 'lost',
  output: 'none',
  signalled: false,
  survivors: 0,
  isSent: true,
};

function runsBefore({ job: one }: JobRecord, { job: other }: JobRecord): boolean {
  return one.priority > other.priority || (one.priority === other.priority && one.id < other.id);
}

/**
 * Saves that the host is alive. The host learns which attempts to stop, which are lost, and whether
 * the name is still its own.
 */
export function renew(world: World, machine: number, asked: Pick<Asked, 'rules'>): World {
  const { name, daemon } = at(world.machines, machine);
  if (name === null) return world;
  let next = world;
  for (const { place, slot, id } of slotsOf(world, machine)) {
    if (slot.reason !== null) continue;
    const { record } = at(world.jobs, place.job);
    const isStopped = record?.job.stopRequest !== null;
    const reason = !holds(record, id) ? 'lost' : isStopped ? 'stop' : null;
    if (reason !== null) next = withAttempt(next, place, { slot: { ...slot, reason } });
  }
  const { bound } = at(world.names, name);
  const isOwner = bound !== null && bound.machine === machine && bound.isLatest;
  if (!isOwner) {
    if (daemon === 'draining') return next;
    // Another host has the name, or a promotion lost this host: it registers again, or it ends.
    return registered(next, machine, name, daemon, asked) ?? drain(next, machine);
  }
  if (bound.isHeard && !bound.isStopped) return next;
  return withBound(next, name, { isHeard: true, isStopped: false });
}

/** Ends the attempts that do not publish yet (shut-down.ts). */
export function drain(world: World, machine: number): World {
  let next = withMachine(world, machine, { daemon: 'draining' });
  for (const { place, slot, tree } of slotsOf(world, machine))
    if (slot.reason === null && tree.phase === 'rendering')
      next = withAttempt(next, place, { slot: { ...slot, reason: 'shutDown' } });
  return next;
}

function shutDown(world: World, machine: number, add: Add) {
  const { name, isCut } = at(world.machines, machine);
  const running = slotsOf(world, machine);
  if (running.length > 0) {
    if (running.every(({ slot }) => slot.reason !== null)) return;
    return add(
      'time',
      `the drain limit of ${MACHINES[machine]} passes`,
      giveReason(world, machine, 'shutDown'),
    );
  }
  const off = leave(withMachine(world, machine, { daemon: 'off' }), machine);
  const bound = name === null ? null : at(world.names, name).bound;
  const isOwner = bound !== null && bound.machine === machine && bound.isLatest;
  const signedOff =
    !isOwner || name === null || isCut
      ? off
      : withBound(off, name, { isHeard: true, isStopped: true });
  add('work', `${MACHINES[machine]} signs off`, signedOff);
}

function outageLimit(world: World, machine: number, add: Add) {
  const next = giveReason(world, machine, 'lost');
  if (next !== world) add('time', `the outage limit of ${MACHINES[machine]} passes`, next);
}

/** Gives a reason to end to each attempt that has none. */
function giveReason(world: World, machine: number, reason: 'lost' | 'shutDown'): World {
  let next = world;
  for (const { place, slot } of slotsOf(world, machine))
    if (slot.reason === null) next = withAttempt(next, place, { slot: { ...slot, reason } });
  return next;
}

/**
 * The daemon of a machine is gone: no daemon runs its attempts, and no living daemon has its name.
 */
export function leave(world: World, machine: number): World {
  let next = withMachine(world, machine, { daemon: 'off' });
  for (const place of placesOf(world)) {
    const attempt = attemptAt(world, place);
    if (attempt.machine === machine && !attempt.isLeft)
      next = withAttempt(next, place, { isLeft: true, slot: null });
  }
  const left = <B extends { machine: number; isLatest: boolean }>(bound: B | null) =>
    bound?.machine === machine ? { ...bound, isLatest: false } : bound;
  const names = next.names.map(({ bound, kept }) => ({ bound: left(bound), kept: left(kept) }));
  return { ...next, names };
}

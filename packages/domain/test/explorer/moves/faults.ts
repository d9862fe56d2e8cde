/* Faults, and the return of what a fault took away. Each fault counts against the bound. */
import { at, attemptAt, placesOf, withAttempt, withMachine } from '../access.ts';
import { type Attempt, type FaultKind, type JobPart, MACHINES, type World } from '../world.ts';
import { drain, leave } from './host.ts';
import type { Add, Asked, Mover } from './move.ts';
import { start } from './register.ts';

export const addFaults: Mover = (world, asked, add) => {
  const { kinds } = asked.bounds;
  const allows = (kind: FaultKind) => kinds.includes(kind) && world.luck.faults > 0;
  world.machines.forEach((machine, index) => {
    const name = MACHINES[index];
    if (machine.name === null) {
      if (index === 2 && allows('replace')) replace(world, asked, add);
      return;
    }
    if (machine.isFrozen)
      add('back', `${name} thaws`, withMachine(world, index, { isFrozen: false }));
    else if (machine.isCut)
      add(
        'back',
        `${name} reaches the database again`,
        withMachine(world, index, { isCut: false }),
      );
    if (machine.daemon === 'off' || machine.isFrozen || machine.isCut) return;
    if (allows('freeze'))
      add('fault', `${name} freezes`, withMachine(world, index, { isFrozen: true }));
    if (allows('cut'))
      add('fault', `${name} is cut off`, withMachine(world, index, { isCut: true }));
    if (allows('kill')) add('fault', `the daemon of ${name} is killed`, leave(world, index));
    if (allows('reboot') && machine.kind !== 'container')
      add('fault', `${name} boots`, boot(world, index));
    if (allows('drain') && machine.daemon === 'ready')
      add('fault', `the daemon of ${name} is asked to end`, drain(world, index));
  });
  if (allows('standby')) copy(world, add);
  promote(world, add);
};

/** Another machine starts a worker under the name of a host. */
function replace(world: World, asked: Asked, add: Add) {
  for (const name of [0, 1]) {
    const named = withMachine(world, 2, { name });
    start(named, 2, name, asked, (_kind, label, next, more) =>
      add('fault', `${label}, with the name of ${MACHINES[name]}`, next, more),
    );
  }
}

/** A boot ends every process of the machine, including those in its containers. */
function boot(world: World, machine: number): World {
  const third = at(world.machines, 2);
  const isBase = third.kind === 'container' && third.name === machine;
  let next = world;
  for (const index of isBase ? [machine, 2] : [machine]) {
    const { boot: before } = at(next.machines, index);
    next = withMachine(leave(next, index), index, {
      boot: before + 1,
      isFrozen: false,
      isCut: false,
    });
    for (const place of placesOf(next)) {
      const attempt = attemptAt(next, place);
      if (attempt.machine === index)
        next = withAttempt(next, place, { tree: { ...attempt.tree, isAlive: false } });
    }
  }
  return next;
}

function copy(world: World, add: Add) {
  if (world.luck.standby !== 'none' || world.jobs.some(({ record }) => record === null)) return;
  const jobs = world.jobs.map((part): JobPart => ({ ...part, kept: part.record }));
  const names = world.names.map(({ bound }) => ({ bound, kept: bound }));
  const luck = { ...world.luck, standby: 'copied' } as const;
  add('fault', 'a standby copies the database', { ...world, jobs, names, luck });
}

/**
 * The standby becomes the database and loses everything that came after the copy. A promotion takes
 * longer than a second, so a yes of the second gate no longer counts.
 */
function promote(world: World, add: Add) {
  if (world.luck.standby !== 'copied' || holdsYesFrozen(world)) return;
  const jobs = world.jobs.map(
    (part): JobPart => ({
      ...part,
      record: part.kept,
      kept: null,
      attempts: part.attempts.map((attempt) => ({
        ...attempt,
        tree: attempt.tree.phase === 'yes' ? { ...attempt.tree, phase: 'gated' } : attempt.tree,
        entry: attempt.entry === null ? null : { ...attempt.entry, isSent: false },
        isUnknown: isUnknown(world, part, attempt),
      })),
    }),
  );
  const names = world.names.map(({ kept }) => ({
    bound: kept === null ? null : { ...kept, hasReported: false },
    kept: null,
  }));
  const luck = { ...world.luck, standby: 'promoted' } as const;
  add('time', 'the standby is promoted', { ...world, jobs, names, luck });
}

/** The standby knows neither the claim nor the daemon that made it. */
function isUnknown({ names }: World, { kept }: JobPart, { id, name, machine }: Attempt): boolean {
  const host = at(names, name).kept;
  const isRunning = host !== null && host.machine === machine && !host.isStopped;
  return kept?.rows.every((row) => row.id !== id) === true && !(isRunning && !host.isHandedOver);
}

/**
 * A process is frozen between its last look at the clock and its rename. Only a synchronous standby
 * helps against this.
 */
function holdsYesFrozen(world: World): boolean {
  return placesOf(world).some((place) => {
    const { tree, machine } = attemptAt(world, place);
    return tree.phase === 'yes' && tree.isAlive && at(world.machines, machine).isFrozen;
  });
}

/*
 * A lease passes, with the looks of a recoverer (operations/worker/lease-recoverer.ts). Hosts that
 * are well renew between two looks, because they renew three times within a lease.
 */
import type { HeldLease, LeaseLook, LeaseWatch } from '../../../src/index.ts';
import { at, attemptAt, holds, placesOf, recordOf, rowOf, withBound } from '../access.ts';
import { AT, endingOf, isHolderWell } from '../facts.ts';
import { isWell, type World } from '../world.ts';
import { renew } from './host.ts';
import type { Asked, Mover } from './move.ts';
import { withEnd } from './orphans.ts';

const EVERY_MS = 2000;
const LEASE_MS = 3000;

export const passTime: Mover = (world, asked, add) => {
  const next = passLease(world, asked);
  if (next.world !== world) add('time', 'a lease passes', next.world, next);
  if (!asked.bounds.kinds.includes('outage') || world.luck.faults === 0) return;
  const back = passOutage(world, asked);
  if (back.world !== world)
    add('fault', 'the database is away for longer than a lease', back.world, back);
};

/**
 * The database answers each look. Hosts that are well renew between the looks. If the worker that
 * watches died, this lease passes without a look, and the next one has another watcher.
 */
function passLease(world: World, asked: Asked) {
  let next = world;
  world.machines.forEach((machine, index) => {
    if (isWell(machine)) next = renew(next, index, asked);
  });
  const mayLook = asked.bounds.noApi !== true || hasWatcher(next, asked);
  next = fallSilent(next, ({ bound }) => bound !== null && !isHolderWell(next, bound));
  if (!mayLook) return { world: next, wrong: null };
  const looks = [0, 1, 2].map((look) => ({ ...answered(look * EVERY_MS), renewals: look }));
  return recover(next, looks, asked);
}

/** No host can renew during the outage. The first look after it comes before any renewal. */
function passOutage(world: World, asked: Asked) {
  const next = fallSilent(world, () => true);
  const failed = { startedAt: EVERY_MS, answeredAt: null, renewals: 0 };
  const looks = [answered(0), failed, answered(2 * EVERY_MS)].map((look) => ({
    ...look,
    renewals: 0,
  }));
  return recover(next, looks, asked);
}

/** A worker that watches runs, at the beginning of the lease. */
function hasWatcher(world: World, { rules }: Asked): boolean {
  const workers = world.names.flatMap(({ bound }, name) =>
    bound === null
      ? []
      : [
          {
            ...{ workerId: String(name), leaseMs: LEASE_MS, isStopped: bound.isStopped },
            ...{ heardMsAgo: bound.isHeard ? 0 : LEASE_MS, hasOwnLogin: false, bound },
          },
        ],
  );
  return workers.some(
    (worker) => isHolderWell(world, worker.bound) && rules.watchesLeases(worker, workers, 1),
  );
}

function answered(atMs: number): LeaseLook {
  return { startedAt: atMs, answeredAt: atMs };
}

function fallSilent(world: World, isSilent: (name: World['names'][number]) => boolean): World {
  let next = world;
  world.names.forEach((part, name) => {
    if (part.bound?.isHeard === true && isSilent(part))
      next = withBound(next, name, { isHeard: false });
  });
  return next;
}

/** Watches the leases with these looks and recovers the jobs of lost attempts. */
function recover(
  world: World,
  looks: readonly (LeaseLook & { readonly renewals: number })[],
  { rules }: Asked,
) {
  if (world.jobs.every(({ record }) => (record?.job.lease ?? null) === null))
    return { world, wrong: null };
  let watch: LeaseWatch = new Map();
  let last: LeaseLook | null = null;
  let lost: readonly HeldLease[] = [];
  for (const look of looks) {
    const elapsedMs = rules.timeBetweenLooks(last, look, EVERY_MS);
    last = look;
    if (look.answeredAt === null) continue;
    const seen = rules.watchLeases(watch, heldLeases(world, look.renewals), elapsedMs);
    watch = seen.watch;
    lost = seen.lost;
  }
  let next = world;
  let wrong: string | null = null;
  for (const { attemptId } of lost) {
    const place = placesOf(next).find((one) => attemptAt(next, one).id === attemptId);
    if (place === undefined) continue;
    const record = recordOf(next, place.job);
    const { job } = record;
    const row = rowOf(record, attemptId);
    if (row === undefined) continue;
    if (isRenewed(next, attemptId)) wrong = `${attemptId} was lost, and its host is well`;
    const why = { outcome: 'lost', why: 'Its lease ran out.' } as const;
    const decided = rules.decideGiveUp(
      job,
      endingOf(record, at(next.jobs, place.job).attempts, row),
      why,
      null,
      AT,
    );
    if (decided.ok) next = withEnd(next, place, decided);
  }
  return { world: next, wrong };
}

/**
 * The leases as a look reads them. The renewals of hosts that are well have grown since the last
 * look.
 */
function heldLeases(world: World, renewals: number): readonly HeldLease[] {
  return placesOf(world).flatMap((place) => {
    const { id } = attemptAt(world, place);
    if (!holds(at(world.jobs, place.job).record, id)) return [];
    const grown = isRenewed(world, id) ? renewals : 0;
    return [{ jobId: `j${place.job + 1}`, attemptId: id, renewals: grown, leaseMs: LEASE_MS }];
  });
}

function isRenewed(world: World, attemptId: string): boolean {
  return placesOf(world).some((place) => {
    const { id, slot, machine } = attemptAt(world, place);
    return id === attemptId && slot !== null && isWell(at(world.machines, machine));
  });
}

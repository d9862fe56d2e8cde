/*
 * What a host tells a new incarnation of the database, and what that settles. It stands for the
 * journal loop of a worker and operations/background/settle-awaiting-jobs.ts. The API checks every
 * two seconds. The model checks at once, because a cancel that waits longer shows no more faults.
 */
import type { AwaitedHost, Declaration, HostNow } from '../../../src/index.ts';
import { at, attemptAt, placesOf, saved, withBound } from '../access.ts';
import { AT, identityAt } from '../facts.ts';
import { MACHINES, NAMES, type World } from '../world.ts';
import type { Add, Asked } from './move.ts';

type Rules = Pick<Asked, 'rules'>;

/** The hosts that a cancel waits for, as the database trigger await_hosts adds them. */
export function awaitedIn(world: World): readonly AwaitedHost[] {
  return world.names.flatMap(({ bound }, name) =>
    bound === null || bound.hasReported || bound.isStopped || bound.isHandedOver
      ? []
      : [
          {
            host: at(NAMES, name),
            hostId: identityAt(world, bound.machine, bound.boot).hostId,
            ...{ reportedAt: null, declaration: null },
          },
        ],
  );
}

/** The host has sent its whole journal to a new incarnation of the database. */
export function report(world: World, machine: number, name: number, asked: Rules, add: Add) {
  const { bound } = at(world.names, name);
  if (bound === null || bound.machine !== machine || !bound.isLatest || bound.hasReported) return;
  const isMissing = placesOf(world).some((place) => {
    const { entry, machine: ranOn } = attemptAt(world, place);
    return ranOn === machine && entry?.isSent === false;
  });
  if (isMissing) return;
  const next = settleJobs(withBound(world, name, { hasReported: true }), asked);
  add('work', `${MACHINES[machine]} has told the new database what it runs`, next);
}

/** `gone`: a name that an admin declares gone. */
export function settleJobs(
  world: World,
  { rules }: Rules,
  gone: { readonly name: number; readonly declaration: Declaration } | null = null,
): World {
  if (world.jobs.every(({ record }) => (record?.job.awaitedHosts ?? []).length === 0)) return world;
  const hosts = world.names.flatMap(({ bound }, name): HostNow[] =>
    bound === null
      ? []
      : [
          {
            name: at(NAMES, name),
            hostId: identityAt(world, bound.machine, bound.boot).hostId,
            hasReported: bound.hasReported,
            gone: gone?.name === name ? gone.declaration : null,
            handedOver: bound.isHandedOver ? { by: 'ada', at: AT } : null,
          },
        ],
  );
  const jobs = world.jobs.map((part) => {
    if (part.record === null) return part;
    const { job } = part.record;
    const awaitedHosts = rules.settleAwaitedHosts(job.awaitedHosts, hosts, AT);
    return awaitedHosts === null
      ? part
      : { ...part, record: saved(part.record, { ...job, awaitedHosts }) };
  });
  return { ...world, jobs };
}

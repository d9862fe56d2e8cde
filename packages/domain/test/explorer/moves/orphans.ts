/*
 * How a daemon ends what an earlier daemon of its host left: apps/worker/src/loops/orphan-loop.ts.
 */
import type { EndDecision } from '../../../src/index.ts';
import {
  at,
  attemptAt,
  holds,
  type Place,
  placesOf,
  recordOf,
  rowOf,
  saved,
  withAttempt,
  withJob,
  withMachine,
} from '../access.ts';
import { AT, endingOf, identityAt, publicationsOf, seesTreesOf, timesOf } from '../facts.ts';
import { type Attempt, MACHINES, type Row, type World } from '../world.ts';
import type { Add, Asked } from './move.ts';

/** The attempts of this host id without a proof that this daemon does not run itself. */
function orphansOf(world: World, machine: number): readonly { place: Place; row: Row }[] {
  const { hostId } = identityAt(world, machine, at(world.machines, machine).boot);
  return placesOf(world).flatMap((place) => {
    const attempt = attemptAt(world, place);
    const row = rowOf(at(world.jobs, place.job).record, attempt.id);
    const isOurs = identityAt(world, attempt.machine, attempt.boot).hostId === hostId;
    if (row === undefined || row.isProven || !isOurs) return [];
    const isOwn = attempt.machine === machine && !attempt.isLeft;
    if (isOwn && (attempt.slot !== null || row.outcome === null)) return [];
    // The journal has an unsent report, and the report has more facts than a search could find.
    if (attempt.machine === machine && attempt.entry?.isSent === false) return [];
    return [{ place, row }];
  });
}

export function endOrphans(world: World, machine: number, asked: Asked, add: Add) {
  const isStarting = at(world.machines, machine).daemon === 'starting';
  if (isStarting && hasUnsent(world, machine)) return;
  for (const orphan of orphansOf(world, machine)) endOrphan(world, machine, orphan, asked, add);
}

function endOrphan(
  world: World,
  machine: number,
  { place, row }: { readonly place: Place; readonly row: Row },
  { rules }: Asked,
  add: Add,
) {
  const attempt = attemptAt(world, place);
  const record = recordOf(world, place.job);
  if (!isVisible(world, machine, attempt, { rules })) {
    if (row.hasProblem) return;
    const open = saved(record, record.job, { id: row.id, hasProblem: true });
    const next = withJob(world, place.job, { record: open });
    return add('work', `${MACHINES[machine]} cannot prove the end of ${row.id}`, next);
  }
  // A scan ends the processes that it sees. After a reboot there is nothing to look for.
  const isSeen = seesTreesOf(world, machine, attempt);
  const tree = isSeen ? { ...attempt.tree, isAlive: false } : attempt.tree;
  const own = endingOf(record, at(world.jobs, place.job).attempts, row);
  const label = `${MACHINES[machine]} ends what ${row.id} left`;
  // Only the host that ran it has the journal. It writes what it found before it removes the part.
  const { entry } = attempt;
  const found =
    attempt.machine !== machine || entry === null
      ? null
      : rules.lookedAt(at(world.jobs, place.job), row.id, entry.output);
  if (entry !== null && found === 'published') {
    const end = { isOpen: false, end: 'completed', signalled: true, survivors: 0 } as const;
    const told = { ...entry, ...end, isSent: false, output: found };
    return add('work', `${label}: its output`, withAttempt(world, place, { tree, entry: told }));
  }
  const kept = entry === null || found === null ? entry : { ...entry, output: found };
  const seen = withAttempt(world, place, { tree, entry: kept });
  const proof = {
    survivors: 0,
    output: found ?? 'none',
    publications: found === null ? null : publicationsOf(found),
  } as const;
  if (!holds(record, row.id)) {
    const { job, output } = rules.confirmEnd(record.job, own, proof);
    const after = saved(record, job, { id: row.id, output, isProven: true });
    const next = withJob(seen, place.job, { record: after });
    return add('work', label, settled(next, machine, { rules }));
  }
  const lost = { outcome: 'lost', why: 'It died.' } as const;
  const decided = rules.decideGiveUp(record.job, own, lost, proof, AT);
  if (decided.ok) add('work', label, settled(withEnd(seen, place, decided), machine, { rules }));
}

function isVisible(
  world: World,
  machine: number,
  attempt: Attempt,
  { rules }: Pick<Asked, 'rules'>,
): boolean {
  const mine = at(world.machines, machine);
  const ranOn = identityAt(world, attempt.machine, attempt.boot);
  const times = timesOf(machine, attempt.machine);
  const { relation } = rules.compareHosts(ranOn, identityAt(world, machine, mine.boot), times);
  return relation === 'same' || relation === 'rebooted';
}

/** The journal of the machine has reports that this incarnation of the database may not have. */
export function hasUnsent(world: World, machine: number): boolean {
  return placesOf(world).some((place) => {
    const { entry, slot, machine: ranOn } = attemptAt(world, place);
    return ranOn === machine && entry !== null && !entry.isSent && slot === null;
  });
}

/** A daemon that has just started may claim after it has sent its journal and ended its orphans. */
export function settled(world: World, machine: number, asked: Pick<Asked, 'rules'>): World {
  if (at(world.machines, machine).daemon !== 'starting' || hasUnsent(world, machine)) return world;
  const isBusy = orphansOf(world, machine).some(({ place }) =>
    isVisible(world, machine, attemptAt(world, place), asked),
  );
  return isBusy ? world : withMachine(world, machine, { daemon: 'ready' });
}

/** The world after an end that the database has accepted. */
export function withEnd(
  world: World,
  place: Place,
  end: Extract<EndDecision, { ok: true }>,
): World {
  const { id } = attemptAt(world, place);
  const { job, outcome, output, isProven } = end;
  const record = saved(recordOf(world, place.job), job, { id, outcome, output, isProven });
  return withJob(world, place.job, { record });
}

/*
 * The moves of an admin: submit, cancel, change a priority, declare a host gone, hand a name over.
 */
import { missingReportsOf } from '../../../src/index.ts';
import { at, holds, rowOf, saved, withBound, withJob } from '../access.ts';
import { AT, identityAt, isHolderWell, newRecord, request, unprovenUnder } from '../facts.ts';
import { type JobPart, NAMES, type World } from '../world.ts';
import { awaitedIn, settleJobs } from './awaited.ts';
import type { Add, Asked, Mover } from './move.ts';

const HIGHER = 60;

export const submit: Mover = (world, _asked, add) => {
  const job = world.jobs.findIndex(({ record }) => record === null);
  if (job === -1 || world.luck.standby !== 'none') return;
  add('admin', `job ${job + 1} is submitted`, withJob(world, job, { record: newRecord(job) }));
};

/** Saves the same facts as operations/admin/cancel-job.ts. */
export const cancel: Mover = (world, { rules }, add) => {
  world.jobs.forEach(({ record, isQuiet }, index) => {
    if (record === null) return;
    const decision = rules.decideCancel(record.job, request);
    if (!decision.ok || decision.event === null) return;
    const moved = rules.applyEvent(record.job, decision.event, AT);
    if (!moved.ok) return;
    const asked = record.rows.findLast(({ isProven }) => !isProven);
    const job = { ...moved.job, awaitedHosts: awaitedIn(world) };
    const after = { ...saved(record, job), stopAttemptId: asked?.id ?? null };
    const quiet = isQuiet || record.job.output === 'none';
    const next = withJob(world, index, { record: after, isQuiet: quiet });
    add('admin', `job ${index + 1} is cancelled`, next);
  });
};

/** The second job gets a higher priority than the first one. */
export const setPriority: Mover = (world, { rules }, add) => {
  const record = world.jobs[1]?.record ?? null;
  if (record === null) return;
  const decision = rules.decideSetPriority(record.job, HIGHER, null);
  if (!decision.ok || decision.noop) return;
  const next = withJob(world, 1, { record: saved(record, decision.job) });
  const isLeased = record.job.lease !== null;
  const wrong = isLeased ? 'the priority of a job changed that a host holds' : null;
  add('admin', `job 2 gets priority ${HIGHER}`, next, { wrong });
};

/** Saves the same facts as operations/admin/declare-host-gone.ts. */
export const declareGone: Mover = (world, asked, add) => {
  for (const name of world.names.keys()) declare(world, asked, add, name);
};

function declare(world: World, { rules }: Asked, add: Add, name: number) {
  const { bound } = at(world.names, name);
  if (bound === null) return;
  const attempts = unprovenUnder(world, name);
  if (attempts.length === 0 && !isAwaited(world, name)) return;
  const { hostId } = identityAt(world, bound.machine, bound.boot);
  const host = {
    ...{ name: at(NAMES, name), hostId, lastHeardAt: AT, isGone: false },
    isHeard: bound.isHeard && !bound.isStopped,
  };
  const unproven = attempts.map(({ id, machine, boot }) => ({
    id,
    hostId: identityAt(world, machine, boot).hostId,
    holdsJob: world.jobs.some(({ record }) => rowOf(record, id)?.outcome === null),
    problem: world.jobs.some(({ record }) => rowOf(record, id)?.hasProblem) ? 'It cannot.' : null,
  }));
  const decision = rules.decideDeclareGone(host, unproven);
  if (!decision.ok) return;
  const { attemptIds, hostIsGone } = decision;
  const gone = { name, declaration: { by: 'ada', at: AT, reason: 'gone' } };
  const { jobs: before } = hostIsGone ? settleJobs(world, { rules }, gone) : world;
  const jobs = before.map((part) => declared(part, attemptIds));
  const own = attempts.filter(
    ({ id, machine }) =>
      attemptIds.includes(id) &&
      machine === bound.machine &&
      !world.jobs.some(({ record }) => rowOf(record, id)?.hasProblem),
  );
  const wrong = world.jobs.some(({ record }) => attemptIds.some((id) => holds(record, id)))
    ? 'an attempt was declared that holds its job'
    : own.length > 0 && host.isHeard && isHolderWell(world, bound)
      ? 'an attempt was declared whose host is heard and can prove its end'
      : null;
  add('admin', `${NAMES[name]} is declared gone`, { ...world, jobs }, { wrong });
}

function isAwaited({ jobs }: World, name: number): boolean {
  return jobs.some(({ record }) =>
    missingReportsOf(record?.job.awaitedHosts ?? []).some(({ host }) => host === NAMES[name]),
  );
}

function declared(part: JobPart, ids: readonly string[]): JobPart {
  if (part.record === null || !part.record.rows.some(({ id }) => ids.includes(id))) return part;
  const rows = part.record.rows.map((row) =>
    ids.includes(row.id) ? { ...row, isDeclared: true } : row,
  );
  return { ...part, record: { ...part.record, rows } };
}

/**
 * Saves the same facts as operations/admin/release-host.ts. The move is useful only if a machine
 * waits for the name.
 */
export const handOverName: Mover = (world, { rules, bounds }, add) => {
  if (!bounds.kinds.includes('replace')) return;
  world.names.forEach(({ bound }, name) => {
    if (bound === null) return;
    const decision = rules.decideHandOver({
      ...{ name: at(NAMES, name), lastHeardAt: AT, isHandedOver: bound.isHandedOver },
      isHeard: bound.isHeard && !bound.isStopped,
    });
    if (!decision.ok || decision.noop) return;
    const { hostId } = identityAt(world, bound.machine, bound.boot);
    const own = unprovenUnder(world, name)
      .filter(({ machine, boot }) => identityAt(world, machine, boot).hostId === hostId)
      .map(({ id }) => id);
    const handedOver = withBound(world, name, { isHandedOver: true });
    const jobs = handedOver.jobs.map((part) => withProblem(part, own));
    const next = settleJobs({ ...handedOver, jobs }, { rules });
    add('admin', `the name ${NAMES[name]} is handed over`, next);
  });
};

function withProblem(part: JobPart, ids: readonly string[]): JobPart {
  if (part.record === null || !part.record.rows.some(({ id }) => ids.includes(id))) return part;
  const rows = part.record.rows.map((row) =>
    ids.includes(row.id) ? { ...row, hasProblem: true } : row,
  );
  return { ...part, record: { ...part.record, rows } };
}

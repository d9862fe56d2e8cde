/* The invariants that must hold in every state that can be reached. */
import { isFinal, missingReportsOf } from '../../src/index.ts';
import { holds, rowOf } from './access.ts';
import { endingsOf, saysTwice } from './facts.ts';
import type { Rules } from './rules.ts';
import type { Attempt, JobPart, JobRecord, World } from './world.ts';

/** The first invariant that a state breaks, as a sentence; null if all hold. */
export function findBrokenInvariant(
  world: World,
  { rules }: { readonly rules: Rules },
): string | null {
  for (const part of world.jobs) {
    if (part.record === null) continue;
    const wrong = wrongWith(part, part.record, world, rules);
    if (wrong !== null) return wrong;
  }
  return lostSurvivor(world);
}

function wrongWith(part: JobPart, record: JobRecord, world: World, rules: Rules): string | null {
  return (
    twoRights(part, record) ??
    twoOutputs(part, record, world) ??
    untrueEnd(part, record, rules) ??
    untrueOutput(part, record, world) ??
    untrueAttempts(part, record, rules)
  );
}

/**
 * An attempt has the right to publish from its yes until its rename. If two attempts had the right
 * at once, one could replace the output of the other. A declaration ends the right: the admin takes
 * the responsibility.
 */
function twoRights({ attempts }: JobPart, record: JobRecord): string | null {
  const rights = attempts.filter(
    ({ id, tree }) =>
      tree.isAlive && tree.phase === 'yes' && rowOf(record, id)?.isDeclared !== true,
  );
  return rights.length < 2
    ? null
    : `${rights.map(({ id }) => id).join(' and ')} have the right to publish at once`;
}

/**
 * A job publishes once. A second output may follow the first one only if an admin declared the host
 * of one of them gone, or after a promotion that lost facts. Then the job has a warning.
 */
function twoOutputs(part: JobPart, record: JobRecord, world: World): string | null {
  const [first, ...others] = part.renames;
  const second = others.find((id) => id !== first);
  if (first === undefined || second === undefined) return null;
  const isDeclared = (id: string) => rowOf(record, id)?.isDeclared === true;
  const mayFollow = part.renames.some(isDeclared) || world.luck.standby === 'promoted';
  if (!mayFollow) return `${second} published again what ${first} had published`;
  const { job } = record;
  const row = rowOf(record, second);
  const isTold = row?.output === 'published' || row?.isProven === true;
  // Until the second output is on record, the job says only that the first one may be out.
  const says = isTold ? saysTwice(job) : job.warnings.length > 0;
  if (says || mayHearMore(part, world)) return null;
  return `${second} replaced the output of ${first}, and the job does not say so`;
}

/** A promotion lost facts, and a host that knows them has not reported yet. */
function mayHearMore({ attempts, record }: JobPart, { luck }: World): boolean {
  return (
    luck.standby === 'promoted' &&
    attempts.some(
      ({ id, entry, slot }) =>
        slot !== null || entry?.isSent === false || rowOf(record, id)?.isProven !== true,
    )
  );
}

function untrueEnd(part: JobPart, record: JobRecord, rules: Rules): string | null {
  const { job, stopAttemptId } = record;
  if (job.status === 'COMPLETED' && part.publishes && part.renames.length === 0)
    return `${job.id} is COMPLETED, and no output is out`;
  if (job.stopRequest === null) return null;
  const receipt = rules.deriveCancelReceipt(job, endingsOf(record, part.attempts), stopAttemptId);
  if (receipt?.outcome !== 'cancelled') return null;
  const alive = part.attempts.find(
    (attempt) => attempt.tree.isAlive && !isForgotten(attempt, record),
  );
  return alive === undefined
    ? null
    : `the receipt of ${job.id} says cancelled, and processes of ${alive.id} run`;
}

/**
 * A cancel can wait only for hosts that the database knows. Other hosts report when they are back.
 */
function isForgotten({ id, isUnknown }: Attempt, record: JobRecord): boolean {
  return isUnknown && rowOf(record, id) === undefined;
}

function untrueOutput(part: JobPart, record: JobRecord, world: World): string | null {
  const { job, rows } = record;
  if (job.output === 'none' && part.renames.length > 0 && !mayHearMore(part, world))
    return `${job.id} says that no output is out, and one is`;
  const boast = rows.find(({ id, output }) => output === 'published' && !part.renames.includes(id));
  if (boast !== undefined) return `${boast.id} says that it published, and it did not`;
  return job.output === 'published' && part.renames.length === 0
    ? `${job.id} says that its output is out, and it is not`
    : null;
}

function untrueAttempts(part: JobPart, record: JobRecord, rules: Rules): string | null {
  const { job } = record;
  for (const { id, tree } of part.attempts) {
    const row = rowOf(record, id);
    if (row === undefined) continue;
    if (row.isProven && tree.isAlive) return `${id} is proven to have ended, and its processes run`;
    if ((row.outcome === null) !== holds(record, id))
      return `${id} and its job disagree on who holds the job`;
  }
  const open = rules.openAttemptsOf(endingsOf(record, part.attempts)).length;
  const lost = record.rows.filter(
    ({ id, isProven, isDeclared }) => !holds(record, id) && !isProven && !isDeclared,
  ).length;
  if (open !== lost) return `${job.id} has ${lost} unproven attempts and names ${open} as open`;
  return isFinal(job.status) !== (job.endedAt !== null)
    ? `${job.id} is ${job.status}, and its end is ${job.endedAt}`
    : null;
}

/** A running daemon keeps a slot for each process tree that it started. */
function lostSurvivor({ jobs }: World): string | null {
  const isLost = ({ tree, slot, isLeft }: Attempt) => tree.isAlive && slot === null && !isLeft;
  const lost = jobs.flatMap(({ attempts }) => attempts).find(isLost);
  return lost === undefined ? null : `the slot of ${lost.id} is free, and its processes run`;
}

/** Every job has ended, and the end of every attempt is proven or declared. */
export function isAtRest({ jobs }: World): boolean {
  return jobs.every(
    ({ record }) =>
      record === null ||
      (isFinal(record.job.status) &&
        missingReportsOf(record.job.awaitedHosts).length === 0 &&
        record.rows.every(({ isProven, isDeclared }) => isProven || isDeclared)),
  );
}

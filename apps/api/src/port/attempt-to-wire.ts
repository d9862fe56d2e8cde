import { type WireAttempt, wireOutput, wireProcess } from '@renderdeck/contract';
import { type AttemptRow, type JobDetail, stepsOf } from '@renderdeck/operations';
import { z } from 'zod';

const iso = (at: Date | null) => at?.toISOString() ?? null;

const storedMembers = z
  .array(z.object({ pid: z.int(), name: z.string(), parentPid: z.int() }))
  .readonly();

export function wireAttempt(row: JobDetail['attempts'][number]): WireAttempt {
  // A member of another type than the schema reads does not compile.
  const recorded: z.input<typeof storedMembers> = row.tree?.members ?? [];
  const members = storedMembers.safeParse(recorded);
  return {
    id: row.id,
    number: row.number,
    host: row.host,
    outcome: row.outcome,
    phase: row.phase,
    progress: Math.round(row.progress * 10) / 10,
    frame: row.frame,
    totalFrames: row.totalFrames,
    output: row.output,
    outputs: row.outputs.map(wireOutput),
    startedAt: row.createdAt.toISOString(),
    endedAt: iso(row.endedAt),
    steps: wireSteps(row),
    cachedSources: row.cachedSources,
    processes: members.success ? [...members.data] : [],
    usage: [...row.usage],
    proof: row.stopReport?.proof ?? null,
    stop: wireStop(row),
    removal: wireRemoval(row),
    confirmedAt: iso(row.confirmedAt),
    declared: wireDeclaration(row),
    problem: row.unprovenReason,
  };
}

function wireSteps({ steps, endedAt, outcome }: AttemptRow): WireAttempt['steps'] {
  const starts = steps?.map(({ name, startedAt }) => ({ name, startedAt: new Date(startedAt) }));
  const known = stepsOf(starts ?? null, { endedAt, outcome });
  return (
    known?.map(({ name, startedAt, endedAt: end }) => {
      return { name, startedAt: startedAt.toISOString(), endedAt: iso(end) };
    }) ?? null
  );
}

function wireStop({ stopReport }: AttemptRow): WireAttempt['stop'] {
  if (stopReport === null) return null;
  const { processes, survivors, proof, firstSignalAt, timeToDeadMs, endedAt } = stopReport;
  return {
    processes: processes.map(wireProcess),
    survivors: [...survivors],
    proof,
    firstSignalAt: firstSignalAt ?? null,
    timeToDeadMs,
    endedAt: endedAt ?? null,
  };
}

function wireRemoval({ removalReport }: AttemptRow): WireAttempt['removal'] {
  if (removalReport === null) return null;
  const { files, bytes, leftovers, timeToCleanMs } = removalReport;
  return { files, bytes, leftovers: [...leftovers], timeToCleanMs };
}

function wireDeclaration(row: AttemptRow): WireAttempt['declared'] {
  const { declaredAt, declaredBy, declaredReason } = row;
  if (declaredAt === null || declaredBy === null || declaredReason === null) return null;
  return { at: declaredAt.toISOString(), by: declaredBy, reason: declaredReason };
}

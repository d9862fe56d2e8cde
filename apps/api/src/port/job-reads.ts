import { type ListJobsInput, type WireAttempt, wireJob, wireProcess } from '@renderdeck/contract';
import type { AdminPort } from '@renderdeck/contract/router';
import * as operations from '@renderdeck/operations';
import { type AttemptRow, type JobQuery, stepsOf } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { z } from 'zod';
import { shareEqualReads } from '../share-equal-reads.ts';
import { describeTemplate } from './describe-template.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { doneOrThrow } from './rejection-to-error.ts';
import { wirePriorityPreview } from './to-wire.ts';

/** The part of the port that reads jobs. */
export function jobReadsPort(db: Database, submitPriorityMax: number) {
  const readJob = operations.gather((ids: readonly string[]) => operations.getJobs({ db }, ids));
  const readList = shareEqualReads(async (query: operations.JobQuery) => {
    const page = await operations.listJobs({ db }, query);
    return {
      jobs: page.views.map(wireJob),
      nextCursor: page.next === null ? null : writeCursor(page.next),
      previousCursor: page.previous === null ? null : writeCursor(page.previous),
      counts: page.counts,
      matching: page.matching,
      at: page.at.toISOString(),
    };
  });
  return {
    async listJobs(_requestContext, input) {
      return await readList(readJobQuery(input));
    },

    async getJob(_requestContext, { id }) {
      const { view, attempts, nexrenderJob, hidden, secretsDeletedAt, hostLastHeardAt } =
        doneOrThrow(await readJob(id));
      return {
        job: wireJob(view),
        attempts: attempts.map(wireAttempt),
        nexrenderJob,
        hidden: hidden.map(({ path, kinds }) => ({ path: [...path], kinds: [...kinds] })),
        ...describeTemplate(nexrenderJob),
        secretsDeletedAt: secretsDeletedAt?.toISOString() ?? null,
        hostLastHeardAt: hostLastHeardAt?.toISOString() ?? null,
      };
    },

    async previewPriority(_requestContext, input) {
      const { preview } = doneOrThrow(await operations.previewPriority({ db }, input));
      return wirePriorityPreview(preview);
    },

    async previewSubmit({ actor }, { priority }) {
      const { at, ...preview } = await operations.previewSubmit(
        { db },
        { actor, priority, submitPriorityMax },
      );
      return { ...preview, at: at.toISOString() };
    },
  } satisfies Partial<AdminPort>;
}

/** Gives what a client asks of the list of jobs as the operation takes it. */
function readJobQuery(input: ListJobsInput): JobQuery {
  const { q, host, by, status, from, to, cursor, ...page } = input;
  return {
    ...page,
    q: q ?? null,
    host: host ?? null,
    by: by ?? null,
    status: status ?? null,
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
    place: cursor === undefined ? null : readCursor(cursor),
  };
}

const iso = (at: Date | null) => at?.toISOString() ?? null;

const storedTree = z.object({
  members: z.array(z.object({ pid: z.int(), name: z.string(), parentPid: z.int() })),
});

function wireAttempt(row: AttemptRow): WireAttempt {
  const tree = storedTree.safeParse(row.tree);
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
    startedAt: row.createdAt.toISOString(),
    endedAt: iso(row.endedAt),
    steps: wireSteps(row),
    processes: tree.success ? tree.data.members : [],
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

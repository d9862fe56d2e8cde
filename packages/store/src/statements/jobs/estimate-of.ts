import {
  type EstimateGround,
  estimateRunning,
  estimateStart,
  estimateWaiting,
  isQueued,
  isRunning,
  type Job,
  type JobEstimate,
  LEAST_RENDERS,
  type PaceFacts,
  type RenderPace,
  type StartFacts,
  SURE_SHARE,
  USUAL_LOG_VAR,
} from '@renderdeck/domain';
import { type SQL, sql } from 'drizzle-orm';
import { jobs } from '../../schema/index.ts';

/** Times are in ms since 1970. */
export type StartRow = {
  readonly madeAtMs: number;
  readonly slots: number;
  readonly saidS: number | null;
  readonly fromS: number | null;
  readonly toS: number | null;
};
/** Without `of`, too few renders were measured. */
export type PaceRow = {
  readonly ofTemplate: number;
  readonly of?: EstimateGround['of'];
  readonly renders?: number;
  readonly meanMs?: number;
  readonly logMean?: number | null;
  readonly logVar?: number | null;
};

/** The forecast of the place of a job that waits, by queue_forecasts. */
export const startAt = (place: SQL<string | null>) => sql<StartRow | null>`case
  when ${jobs.queueKey} is not null then forecast_at(${jobs.tags}, (${place})::bigint) end`;

/** The measured renders like a job that waits or runs, by render_paces. */
export const PACE_OF_JOB = sql<PaceRow | null>`case when ${jobs.endedAt} is null
  then pace_facts(${jobs.pace}, ${jobs.submittedBy}, ${sql.raw(String(LEAST_RENDERS))}) end`;

function startFromRow(row: StartRow | null): StartFacts | null {
  if (row === null) return null;
  const { madeAtMs, slots, saidS, fromS, toS } = row;
  const isKnown = saidS !== null && fromS !== null && toS !== null;
  return { madeAt: new Date(madeAtMs), slots, range: isKnown ? { saidS, fromS, toS } : null };
}

/** A pace that an older version measured has no logarithms. */
export function paceFromRow(row: {
  readonly renders: number;
  readonly meanMs: number;
  readonly logMean?: number | null;
  readonly logVar?: number | null;
}): RenderPace {
  const { renders, meanMs } = row;
  const logVar = row.logVar ?? USUAL_LOG_VAR;
  const logMean = row.logMean ?? Math.log(Math.max(1, meanMs)) - logVar / 2;
  return { renders, meanMs, logMean, logVar };
}

function pacesFromRow(row: PaceRow | null): PaceFacts {
  const { of, renders, meanMs, logMean = null, logVar = null } = row ?? {};
  const pace =
    of === undefined || renders === undefined || meanMs === undefined
      ? null
      : { of, ...paceFromRow({ renders, meanMs, logMean, logVar }) };
  return { pace, renders: row?.ofTemplate ?? 0 };
}

type EstimateRow = {
  readonly start: StartRow | null;
  readonly pace: PaceRow | null;
  readonly noHostOffers: readonly string[] | null;
  readonly expectedEndAt: Date | null;
  readonly isHeard: boolean | null;
  readonly nowMs: number;
};

/** The estimate of a job that waits or renders; null for any other job. */
export function estimateFromRow(job: Job, row: EstimateRow): JobEstimate | null {
  const now = new Date(row.nowMs);
  const paces = pacesFromRow(row.pace);
  if (isQueued(job.status)) {
    const facts = { hasHost: row.noHostOffers === null, now };
    return estimateWaiting(startFromRow(row.start), paces, facts);
  }
  if (!isRunning(job.status) || job.startedAt === null) return null;
  return estimateRunning({
    ...paces,
    startedAt: job.startedAt,
    expectedEndAt: row.expectedEndAt,
    isHeard: row.isHeard === true,
    isStopping: job.stopRequest !== null,
    now,
  });
}

export type StartEstimate = ReturnType<typeof estimateStart>;

/** The start of a job with this place. */
export function startEstimateOf(row: StartRow | null, hasHost: boolean, now: Date): StartEstimate {
  return estimateStart(startFromRow(row), { hasHost, now });
}

/** The start of a job at two places, and the difference; of that, `sureMs` is nearly certain. */
export type StartShift = {
  readonly before: StartEstimate;
  readonly after: StartEstimate;
  readonly shiftMs: number | null;
  readonly sureMs: number | null;
};

export function shiftOfStart(
  before: StartRow | null,
  after: StartRow | null,
  hasHost: boolean,
  now: Date,
): StartShift {
  const [from, to] = [startFromRow(before)?.range, startFromRow(after)?.range];
  const shiftMs = from && to && hasHost ? Math.round((to.saidS - from.saidS) * 1000) : null;
  return {
    before: startEstimateOf(before, hasHost, now),
    after: startEstimateOf(after, hasHost, now),
    shiftMs,
    sureMs: shiftMs === null ? null : Math.round(shiftMs * SURE_SHARE),
  };
}

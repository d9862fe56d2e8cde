/*
 * When a job will start and end, as a range with its ground, or why that is not known. All times
 * are of the database.
 */
import type { WaitRange } from './forecast-range.ts';
import { type RenderPace, rangeLeft } from './render-pace.ts';

/** Why a start or an end is not known. */
export const ESTIMATE_GAPS = [
  /** There is no forecast, or it is older than 30 s. */
  'noForecast',
  /** No known host offers the tags of the job. */
  'noHost',
  /** No host that offers the tags of the job is heard and takes jobs. */
  'noHostHeard',
  /** Too much of the work ahead is of templates that were not rendered often enough yet. */
  'newTemplates',
  /** No render of the template was measured, and too few of the submitter. */
  'firstRender',
  /** Fewer than three renders of the template were measured, and too few of the submitter. */
  'fewRenders',
  /** The host of the render is silent. */
  'hostSilent',
  /** The job is being stopped. */
  'stopping',
  /** The render has taken longer than the measured ones. */
  'overdue',
] as const;
export type EstimateGap = (typeof ESTIMATE_GAPS)[number];

export type TimeRange = { readonly from: Date; readonly to: Date };
/** The renders that an estimate is from. */
export type EstimateGround = {
  readonly of: 'template' | 'submitter';
  readonly renders: number;
};
export type JobEstimate = {
  /** Null if the job runs, or if it is not known. */
  readonly startsAt: TimeRange | null;
  readonly endsAt: TimeRange | null;
  /** Null if the end is not known, or if only the frames of the render tell it. */
  readonly ground: EstimateGround | null;
  /** Why the start of a waiting job is not known, or else the end; null if both are known. */
  readonly notKnown: EstimateGap | null;
};

export type KnownPace = RenderPace & Pick<EstimateGround, 'of'>;
export type PaceFacts = {
  /** From the template; if it has too few renders, from the submitter. Null: too few of both. */
  readonly pace: KnownPace | null;
  /** How many renders of the template were measured. */
  readonly renders: number;
};
/** What the forecast of the queue says of one place. Null: it is too old. */
export type StartFacts = {
  readonly madeAt: Date;
  /** How many slots may take the job. */
  readonly slots: number;
  /** The forecast and its range, in s after `madeAt`; null if it is not known. */
  readonly range: (WaitRange & { readonly saidS: number }) | null;
};

const MINUTE_MS = 60_000;
/** Within these minutes a range has steps of 1 min, further away of 5 min. */
const NEAR_MINUTES = 10;
/** How far the estimate from the frames may be wrong: a share of the time left, and a time. */
const RUNNING_SHARE = 0.3;
const RUNNING_MS = MINUTE_MS;

/** The start of a waiting job. */
export function estimateStart(
  start: StartFacts | null,
  { hasHost, now }: { readonly hasHost: boolean; readonly now: Date },
): Pick<JobEstimate, 'startsAt' | 'notKnown'> {
  if (!hasHost) return { startsAt: null, notKnown: 'noHost' };
  if (start === null) return { startsAt: null, notKnown: 'noForecast' };
  if (start.slots === 0) return { startsAt: null, notKnown: 'noHostHeard' };
  if (start.range === null) return { startsAt: null, notKnown: 'newTemplates' };
  const { fromS, toS } = start.range;
  return { startsAt: roundOut(span(start.madeAt, fromS * 1000, toS * 1000), now), notKnown: null };
}

/** The start and the end of a waiting job. */
export function estimateWaiting(
  start: StartFacts | null,
  paces: PaceFacts,
  facts: { readonly hasHost: boolean; readonly now: Date },
): JobEstimate {
  const { startsAt, notKnown } = estimateStart(start, facts);
  const unknown = { ...UNKNOWN, startsAt };
  if (startsAt === null || start === null || start.range === null) return { ...unknown, notKnown };
  const { pace } = paces;
  if (pace === null) return { ...unknown, notKnown: whyNoPace(paces) };
  const { fromMs, medianMs, toMs } = rangeLeft(pace, 0);
  const { saidS, fromS, toS } = start.range;
  const endMs = saidS * 1000 + medianMs;
  const endsAt = span(
    start.madeAt,
    endMs - Math.hypot((saidS - fromS) * 1000, medianMs - fromMs),
    endMs + Math.hypot((toS - saidS) * 1000, toMs - medianMs),
  );
  return { startsAt, endsAt: roundOut(endsAt, facts.now), ground: groundOf(pace), notKnown };
}

export type RunningFacts = PaceFacts & {
  readonly startedAt: Date;
  /** The end by the frames; null if they do not tell it. */
  readonly expectedEndAt: Date | null;
  readonly isHeard: boolean;
  readonly isStopping: boolean;
  readonly now: Date;
};

/** The end of a job that renders. */
export function estimateRunning(facts: RunningFacts): JobEstimate {
  const { pace, now } = facts;
  const unknown = (notKnown: EstimateGap) => ({ ...UNKNOWN, notKnown });
  if (facts.isStopping) return unknown('stopping');
  if (!facts.isHeard) return unknown('hostSilent');
  const ground = pace === null ? null : groundOf(pace);
  if (facts.expectedEndAt !== null) {
    const range = rangeOfEnd(facts.expectedEndAt, now);
    return { ...UNKNOWN, endsAt: range, ground, notKnown: null };
  }
  if (pace === null) return unknown(whyNoPace(facts));
  const { fromMs, toMs } = rangeLeft(pace, now.getTime() - facts.startedAt.getTime());
  if (toMs === 0) return unknown('overdue');
  return { ...UNKNOWN, endsAt: roundOut(span(now, fromMs, toMs), now), ground, notKnown: null };
}

const UNKNOWN = { startsAt: null, endsAt: null, ground: null };

/** The range of an end that the frames tell. */
export function rangeOfEnd(expectedEndAt: Date, now: Date): TimeRange {
  const leftMs = Math.max(0, expectedEndAt.getTime() - now.getTime());
  const fromMs = Math.max(0, leftMs * (1 - RUNNING_SHARE) - RUNNING_MS);
  return roundOut(span(now, fromMs, leftMs * (1 + RUNNING_SHARE) + RUNNING_MS), now);
}

/** Rounds both times outward to whole minutes, so that the range still holds what it held. */
export function roundOut({ from, to }: TimeRange, now: Date): TimeRange {
  const stepOf = (at: Date) =>
    at.getTime() - now.getTime() < NEAR_MINUTES * MINUTE_MS ? MINUTE_MS : 5 * MINUTE_MS;
  const [early, late] = [stepOf(from), stepOf(to)];
  return {
    from: new Date(Math.floor(from.getTime() / early) * early),
    to: new Date(Math.ceil(to.getTime() / late) * late),
  };
}

function span(at: Date, fromMs: number, toMs: number): TimeRange {
  const from = at.getTime() + Math.max(0, fromMs);
  return { from: new Date(from), to: new Date(at.getTime() + toMs) };
}

function groundOf({ of, renders }: KnownPace): EstimateGround {
  return { of, renders };
}

function whyNoPace({ renders }: PaceFacts): EstimateGap {
  return renders === 0 ? 'firstRender' : 'fewRenders';
}

/** A change of the start is said as "at least" this share: 90 of 100 were at least so large. */
export const SURE_SHARE = 0.86;

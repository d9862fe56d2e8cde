import type { WireEstimate, WireStartEstimate, WireTimeRange } from './estimate.ts';
import type { WireJob } from './job.ts';

/** Writes a time; the page and `ctl` have different forms of it. */
type FormatTime = (at: string) => string;

const GAPS: Readonly<Record<NonNullable<WireEstimate['notKnown']>, string>> = {
  noForecast: 'no forecast now',
  noHost: 'no host offers its tags',
  noHostHeard: 'no host for it is heard',
  newTemplates: 'too much ahead is of new templates',
  firstRender: 'first render of this template',
  fewRenders: 'fewer than 3 renders of this template',
  hostSilent: 'its host is silent',
  stopping: 'it is being stopped',
  overdue: 'it takes longer than earlier renders',
};

export type EstimateText = {
  /** For a small place: "starts 02:10–02:40", "ends 02:20–02:26", "not known". */
  readonly short: string;
  /** "Starts 02:10–02:40, ends 02:20–03:05", "Start not known: no host offers c4d". */
  readonly whole: string;
  /** "from 37 renders of this template"; null if no end is known. */
  readonly ground: string | null;
};

/** When a job will start and end, for people; null if the answer does not say it. */
export function describeEstimate(
  job: Pick<WireJob, 'estimate' | 'position' | 'noHostOffers' | 'submittedBy'>,
  time: FormatTime,
): EstimateText | null {
  const { estimate, position } = job;
  if (!estimate) return null;
  const { startsAt, endsAt, notKnown } = estimate;
  const gap = notKnown === null ? '' : nameGap(notKnown, job.noHostOffers ?? []);
  const range = (of: WireTimeRange) => formatRange(of, time);
  const ground = groundOf(estimate, job.submittedBy);
  if (position === null) {
    if (endsAt === null) return { short: 'not known', whole: `End not known: ${gap}`, ground };
    return { short: `ends ${range(endsAt)}`, whole: `Ends ${range(endsAt)}`, ground };
  }
  if (startsAt === null) return { short: 'not known', whole: `Start not known: ${gap}`, ground };
  const starts = `tarts ${range(startsAt)}`;
  const end = endsAt === null ? ` · end not known: ${gap}` : `, ends ${range(endsAt)}`;
  return { short: `s${starts}`, whole: `S${starts}${end}`, ground };
}

/** "Starts 02:10–02:40", or why that is not known, for a job that is not submitted yet. */
export function describeStart({ startsAt, notKnown }: WireStartEstimate, time: FormatTime): string {
  if (startsAt !== null) return `Starts ${formatRange(startsAt, time)}`;
  return `Start not known${notKnown === null ? '' : `: ${GAPS[notKnown]}`}`;
}

/** "Empty about 04:30–06:10 if nothing is submitted". */
export function describeEmpty(emptyAt: WireTimeRange, time: FormatTime): string {
  return `Empty about ${formatRange(emptyAt, time)} if nothing is submitted`;
}

const MINUTE_MS = 60_000;

/** "Starts about 40 min earlier (at least 34)"; null if the start hardly changes. */
export function describeShift(shiftMs: number, sureMs: number): string | null {
  const minutes = Math.round(Math.abs(shiftMs) / MINUTE_MS);
  if (minutes === 0) return null;
  const least = Math.floor(Math.abs(sureMs) / MINUTE_MS);
  const way = shiftMs < 0 ? 'earlier' : 'later';
  return `Starts about ${minutes} min ${way} (at least ${least})`;
}

export function formatRange({ from, to }: WireTimeRange, time: FormatTime): string {
  const [first, last] = [time(from), time(to)];
  return first === last ? first : `${first}–${last}`;
}

function nameGap(gap: NonNullable<WireEstimate['notKnown']>, missing: readonly string[]): string {
  if (gap === 'noHost' && missing.length > 0) return `no host offers ${missing.join(', ')}`;
  return GAPS[gap];
}

function groundOf({ endsAt, ground }: WireEstimate, submittedBy: string): string | null {
  if (endsAt === null) return null;
  if (ground === null) return 'from its frames';
  const renders = `${ground.renders} renders`;
  const of = ground.of === 'template' ? 'of this template' : `submitted by ${submittedBy}`;
  return `from ${renders} ${of}`;
}

import {
  describeEstimate as describe,
  describeEmpty,
  type EstimateText,
  type WireJob,
  type WireTimeRange,
} from '@renderdeck/contract';

const FAR_MS = 18 * 3_600_000;
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** "02:10" in the local time zone, "2 Dec 02:10" if that is not within 18 hours. */
export function formatMoment(at: string, nowMs = Date.now()): string {
  const date = new Date(at);
  const clock = CLOCK.format(date);
  const isFar = Math.abs(date.getTime() - nowMs) > FAR_MS;
  return isFar ? `${DAY.format(date)} ${clock}` : clock;
}

/** When a job will start and end, in the words of the page; null if the server does not say it. */
export function describeEstimate(job: WireJob, nowMs = Date.now()): EstimateText | null {
  return describe(job, (at) => formatMoment(at, nowMs));
}

/** "Empty about 04:30–06:10 if nothing is submitted". */
export function describeQueueEnd(emptyAt: WireTimeRange): string {
  return describeEmpty(emptyAt, formatMoment);
}

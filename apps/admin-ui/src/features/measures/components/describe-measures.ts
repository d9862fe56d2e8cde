import type { GetMeasuresOutput } from '@renderdeck/contract';
import type { Fill } from '../../../components/chart/plot-spec.ts';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatShortDuration,
} from '../../../components/time/format-time.ts';

/** A percentile of fewer values says little. */
const LEAST = 10;

export type Described = {
  readonly sentence: string;
  /** Whether there is enough to draw. */
  readonly isEnough: boolean;
};

export function describeWaiting({ withQueued, count }: GetMeasuresOutput['waiting']): Described {
  const { medianMs, p95Ms } = withQueued;
  if (withQueued.count < LEAST || medianMs === null || p95Ms === null)
    return tooFew(withQueued.count, 'jobs');
  const those = withQueued.count > count ? ', with those that wait now' : '';
  return {
    sentence:
      `Half of ${formatCount(withQueued.count, 'job')} waited at most ` +
      `${formatShortDuration(medianMs)}, 95 % at most ${formatShortDuration(p95Ms)}${those}.`,
    isEnough: count > 0,
  };
}

type Ended = GetMeasuresOutput['endedIn7Days'];
type EndKind = {
  readonly label: string;
  readonly fill: Fill;
  readonly countOf: (ended: Ended) => number;
};

/** How attempts end, in the order of their bars from below. */
export const END_KINDS = [
  { label: 'Finished', fill: 'finished', countOf: ({ completed }) => completed },
  { label: 'Failed', fill: 'failed', countOf: ({ failed }) => failed },
  { label: 'Stopped', fill: 'stopped', countOf: ({ stopped }) => stopped },
  { label: 'Lost', fill: 'unproven', countOf: ({ lost }) => lost },
  {
    label: 'Given back',
    fill: 'given-back',
    countOf: ({ released, hostFailed }) => released + hostFailed,
  },
] as const satisfies readonly EndKind[];

export function totalOf(ended: Ended): number {
  return END_KINDS.reduce((sum, { countOf }) => sum + countOf(ended), 0);
}

/** The failed part of all ends; null if nothing ended. */
export function failedShareOf(ended: Ended): number | null {
  const total = totalOf(ended);
  return total === 0 ? null : ended.failed / total;
}

export function describeEnded(ended: Ended): Described {
  const total = totalOf(ended);
  if (total === 0) return { sentence: 'No render ended.', isEnough: false };
  const parts = END_KINDS.map(({ label, countOf }) => ({ label, count: countOf(ended) }))
    .filter(({ count }) => count > 0)
    .map(({ label, count }) => `${formatNumber(count)} ${label.toLowerCase()}`);
  return {
    sentence: `${formatCount(total, 'render')} ended: ${parts.join(', ')}.`,
    isEnough: true,
  };
}

/** "289 wait, 100 less than at most. The oldest waits for 43 min 10 s." */
export function describeQueue({ queue }: GetMeasuresOutput): string {
  const { waiting, oldestMs, steps } = queue;
  const most = Math.max(waiting, ...steps.map((step) => step.waiting ?? 0));
  if (steps.every((step) => step.waiting === null))
    return `${formatNumber(waiting)} ${waiting === 1 ? 'job waits' : 'jobs wait'}. No samples yet.`;
  const peak = most > waiting ? `; at most ${formatNumber(most)} waited` : '';
  if (waiting === 0 || oldestMs === null) return `No job waits${peak}.`;
  const verb = waiting === 1 ? 'job waits' : 'jobs wait';
  const oldest = formatDuration(oldestMs);
  return `${formatNumber(waiting)} ${verb}${peak}. The oldest waits for ${oldest}.`;
}

/** "24 jobs failed; 10 of them with the most frequent reason." */
export function describeReasons({ reasons }: GetMeasuresOutput): string {
  const [first] = reasons;
  if (first === undefined) return 'No job failed.';
  const [host] = first.hosts;
  const where = host === undefined || host.count < first.count ? '' : `, all on ${host.host}`;
  if (first.count === 1) return 'Each reason failed one job.';
  return `The most frequent reason failed ${first.count} jobs${where}.`;
}

/** Stops without a proof are always named, even if there are few. */
export function describeStops(stops: GetMeasuresOutput['stops']): Described {
  const { asked, proven, notProven, askToProof } = stops;
  const open = notProven === 0 ? '' : ` ${formatCount(notProven, 'stop')} not proven.`;
  if (asked === 0) return { sentence: 'No render was stopped.', isEnough: false };
  const { medianMs, p95Ms } = askToProof;
  if (proven < LEAST || medianMs === null || p95Ms === null) {
    const few = tooFew(proven, 'proven stops');
    return { ...few, sentence: `${few.sentence}${open}` };
  }
  return {
    sentence:
      `${proven} of ${formatCount(asked, 'stop')} proven: half within ` +
      `${formatShortDuration(medianMs)}, 95 % within ${formatShortDuration(p95Ms)}.${open}`,
    isEnough: true,
  };
}

type Hosts = GetMeasuresOutput['hosts'];

/** The use of all slots of all hosts while they were on; null if none was on. */
export function farmUseOf(hosts: Hosts): number | null {
  const known = hosts.filter(({ slots }) => slots !== null);
  const onMs = known.reduce((sum, { slots, onMs: on }) => sum + (slots ?? 0) * (on ?? 0), 0);
  const busyMs = known.reduce((sum, host) => sum + host.busyMs, 0);
  return onMs === 0 ? null : Math.min(1, busyMs / onMs);
}

export function describeHosts({ hosts }: GetMeasuresOutput): Described {
  const share = farmUseOf(hosts);
  const [busiest] = hosts
    .flatMap(({ host, use }) => (use === null ? [] : [{ host, use }]))
    .sort((a, b) => b.use - a.use);
  if (share === null || busiest === undefined)
    return { sentence: 'No host has registered yet.', isEnough: false };
  return {
    sentence:
      `${formatShare(share)} of the time that hosts were on. ` +
      `${busiest.host} was busiest: ${formatShare(busiest.use)}.`,
    isEnough: true,
  };
}

/** The use of a host in a step; null if it was off or is not known any more. */
export function useOf(
  { from, at, stepMs }: GetMeasuresOutput,
  { slots, busyMsByStep, onMsByStep }: Hosts[number],
  step: number,
): number | null {
  const elapsedMs = Math.min(stepMs, Date.parse(at) - Date.parse(from) - step * stepMs);
  const onMs = onMsByStep[step] ?? elapsedMs;
  if (slots === null || onMs <= 0) return null;
  return Math.min(1, (busyMsByStep[step] ?? 0) / (slots * onMs));
}

/** "42 %". */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** "3.9 %", and "42 %": small shares are exact enough to compare. */
export function formatPart(share: number): string {
  return share > 0 && share < 0.1 ? `${(share * 100).toFixed(1)} %` : formatShare(share);
}

function tooFew(count: number, many: string): Described {
  const are = count === 1 ? 'There is 1' : `There are ${count === 0 ? 'none' : count}`;
  return { sentence: `Needs ${LEAST} ${many}. ${are}.`, isEnough: false };
}

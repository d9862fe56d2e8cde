import type { GetMeasuresOutput } from '@renderdeck/contract';
import { formatCount, formatShortDuration } from '../../../components/time/format-time.ts';

/** A percentile of fewer values says little. */
const LEAST = 10;

export type Described = {
  readonly sentence: string;
  /** Whether there is enough to draw. */
  readonly isEnough: boolean;
};

export function describeWaiting({
  count,
  medianMs,
  p95Ms,
}: GetMeasuresOutput['waiting']): Described {
  if (count < LEAST || medianMs === null || p95Ms === null) return tooFew(count, 'jobs');
  return {
    sentence:
      `Half of ${formatCount(count, 'job')} waited at most ${formatShortDuration(medianMs)}, ` +
      `95 % at most ${formatShortDuration(p95Ms)}.`,
    isEnough: true,
  };
}

export const OUTCOMES = [
  ['Finished', ({ completed }: Ended) => completed],
  ['Failed', ({ failed }: Ended) => failed],
  ['Stopped', ({ stopped }: Ended) => stopped],
  ['Lost', ({ lost }: Ended) => lost],
  ['Given back', ({ released, hostFailed }: Ended) => released + hostFailed],
] as const;
export type Ended = GetMeasuresOutput['ended']['steps'][number];

export function describeEnded(ended: Ended): Described {
  const counts = OUTCOMES.map(([label, countOf]) => ({ label, count: countOf(ended) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total < LEAST) return tooFew(total, 'renders');
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ label, count }) => `${count} ${label.toLowerCase()}`);
  return {
    sentence: `${formatCount(total, 'render')} ended: ${parts.join(', ')}.`,
    isEnough: true,
  };
}

/** Stops without a proof are always named, even if there are few. */
export function describeStops(stops: GetMeasuresOutput['stops']): Described {
  const { asked, proven, notProven, askToProof } = stops;
  const open = notProven === 0 ? '' : ` ${formatCount(notProven, 'stop')} not proven.`;
  if (proven < LEAST || askToProof.p95Ms === null) {
    const few = tooFew(proven, 'proven stops');
    return { ...few, sentence: `${few.sentence}${open}` };
  }
  const within = formatShortDuration(askToProof.p95Ms);
  return {
    sentence:
      `${proven} of ${formatCount(asked, 'stop')} were proven, 95 % of these within ${within}.` +
      open,
    isEnough: true,
  };
}

export function describeHosts(hosts: GetMeasuresOutput['hosts']): Described {
  const [busiest] = hosts
    .flatMap(({ host, use }) => (use === null ? [] : [{ host, use }]))
    .sort((a, b) => b.use - a.use);
  if (busiest === undefined) return { sentence: 'No host has registered yet.', isEnough: false };
  return {
    sentence: `${busiest.host} was busiest: ${formatShare(busiest.use)} of its time.`,
    isEnough: true,
  };
}

/** "42 %". */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function tooFew(count: number, many: string): Described {
  const are = count === 1 ? 'There is 1' : `There are ${count === 0 ? 'none' : count}`;
  return { sentence: `Needs ${LEAST} ${many}. ${are}.`, isEnough: false };
}

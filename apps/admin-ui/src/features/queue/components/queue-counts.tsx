import type { ListJobsOutput } from '@renderdeck/contract';
import { formatNumber } from '../../../components/time/format-time.ts';

/** "12 rendering · 300 queued · 1 not proven". */
export function QueueCounts({ counts }: { counts: ListJobsOutput['counts'] | undefined }) {
  if (counts === undefined) return <p> </p>;
  const parts = [
    `${formatNumber(counts.rendering)} rendering`,
    `${formatNumber(counts.queued)} queued`,
  ];
  if (counts.cancelling > 0) parts.push(`${formatNumber(counts.cancelling)} stopping`);
  if (counts.unconfirmed > 0) parts.push(`${formatNumber(counts.unconfirmed)} not proven`);
  return <p>{parts.join(' · ')}</p>;
}

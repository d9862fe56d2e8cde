import type { ListJobsOutput } from '@renderdeck/contract';
import { grouped } from '../../components/time/format-time.ts';

/** "12 rendering · 300 queued · 1 not proven". */
export function QueueCounts({ counts }: { counts: ListJobsOutput['counts'] | undefined }) {
  if (counts === undefined) return <p> </p>;
  const parts = [`${grouped(counts.rendering)} rendering`, `${grouped(counts.queued)} queued`];
  if (counts.cancelling > 0) parts.push(`${grouped(counts.cancelling)} stopping`);
  if (counts.unconfirmed > 0) parts.push(`${grouped(counts.unconfirmed)} not proven`);
  return <p>{parts.join(' · ')}</p>;
}

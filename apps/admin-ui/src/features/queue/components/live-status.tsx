import type { WireJob } from '@renderdeck/contract';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { statusLabel } from '../../../components/status/status-label.ts';
import { useNow } from '../../../live/use-now.ts';

/** The status of a job; a stop without proof changes its label as time passes. */
export function LiveStatus({ job, hostSilent }: { job: WireJob; hostSilent: boolean }) {
  const now = useNow(job.receipt !== null && job.endedAt === null);
  return <StatusBadge label={statusLabel(job, hostSilent, now)} />;
}

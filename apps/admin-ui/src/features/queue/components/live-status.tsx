import type { WireJob } from '@renderdeck/contract';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { statusLabel } from '../../../components/status/status-label.ts';
import { useKnownNow } from '../../../live/use-known-now.ts';

/** The status of a job; a stop without proof changes its label while the page is live. */
export function LiveStatus({ job, hostSilent }: { job: WireJob; hostSilent: boolean }) {
  const { now } = useKnownNow(job.receipt !== null && job.endedAt === null);
  // A silent host tells no step.
  const phase = hostSilent ? null : job.phase;
  return <StatusBadge label={statusLabel(job, hostSilent, now)} phase={phase} />;
}

import { Text } from '@mantine/core';
import {
  describeTransfer,
  formatFileSize,
  statusLabel,
  statusText,
  visibleText,
  type WireAttempt,
  type WireJob,
  type WireTransfer,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { isOnSilentHost, useSilentHosts } from '../../../api/list-hosts.ts';
import { useQueuedCount } from '../../../api/use-counts.ts';
import { EstimateLine } from '../../../components/estimate/estimate.tsx';
import { Name } from '../../../components/name.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { formatCount, formatNumber } from '../../../components/time/format-time.ts';
import { JobBar, TransferLine } from '../../../components/transfer.tsx';
import { useKnownNow } from '../../../live/use-now.ts';
import { JobSection } from './job-section.tsx';

/** The job's status beside its queue position or its host. */
export function JobStatus({ job }: { job: WireJob }) {
  const silentHosts = useSilentHosts();
  const { now } = useKnownNow(job.receipt !== null);
  const silent = isOnSilentHost(job, silentHosts);
  return (
    <Text display="flex" style={{ gap: 16 }}>
      <StatusBadge
        label={statusLabel(job, silent, now)}
        text={statusText(job, silent, now)}
        phase={silent ? null : job.phase}
      />
      {job.position !== null && <Position job={job} position={job.position} />}
      {job.position !== null && (
        <span>
          <EstimateLine job={job} />
        </span>
      )}
      {job.position === null && job.host !== null && (
        <Link to="/hosts" search={{ host: job.host }}>
          <Name of={job.host} />
        </Link>
      )}
    </Text>
  );
}

/**
 * The position changes when another job moves, and this job gets no change for it. So the job is
 * read again with each new count.
 */
function Position({ job, position }: { job: WireJob; position: number }) {
  const { id } = job;
  const { queryClient, trpc } = useApi();
  const { at } = useQueuedCount();
  useEffect(() => {
    if (at > 0) void queryClient.invalidateQueries({ queryKey: trpc.getJob.queryKey({ id }) });
  }, [at, id, queryClient, trpc]);
  return (
    <span>
      <QueuePlace position={position} tagged={job.tags.length > 0} />
    </span>
  );
}

/** The progress of the running attempt, as a bar and as sentences. */
export function JobProgress({ job, attempt }: { job: WireJob; attempt: WireAttempt }) {
  const { transfer = null } = job;
  return (
    <JobSection title="Progress">
      <JobBar job={job} label="Progress" wide />
      {transfer !== null && <Transferring transfer={transfer} />}
      {(transfer === null || attempt.frame !== null) && (
        <Text size="sm" mt={4}>
          {describeProgress(job, attempt)}
        </Text>
      )}
      <Text size="sm" mt={4}>
        <EstimateLine job={job} />
      </Text>
      <Usage attempt={attempt} />
    </JobSection>
  );
}

/** What the host downloads, uploads or copies, and which of several files move now. */
function Transferring({ transfer }: { transfer: WireTransfer }) {
  const { now } = describeTransfer(transfer);
  return (
    <>
      <Text size="sm" mt={4}>
        <TransferLine transfer={transfer} />
      </Text>
      {now !== null && (
        <Text size="sm" mt={4} c="dimmed">
          Now: {visibleText(now)}
        </Text>
      )}
    </>
  );
}

/** "42 %, frame 412 of 980". */
function describeProgress({ progress }: WireJob, { frame, totalFrames }: WireAttempt): string {
  const parts = [`${Math.floor(progress)} %`];
  const total = totalFrames === null ? '' : ` of ${formatNumber(totalFrames)}`;
  if (frame !== null) parts.push(`frame ${formatNumber(frame)}${total}`);
  return parts.join(', ');
}

/** What all processes of the attempt use now. */
function Usage({ attempt }: { attempt: WireAttempt }) {
  const latest = attempt.usage.at(-1);
  if (latest === undefined) return null;
  return (
    <Text size="sm" mt={4}>
      CPU {formatNumber(latest.cpuPercent)} %, {formatFileSize(latest.memoryBytes)} in{' '}
      {formatCount(latest.processes, 'process', 'processes')}
    </Text>
  );
}

import {
  describeNoHost,
  describeTransfer,
  statusLabel,
  statusText,
  visibleText,
  type WireJob,
  type WireOpenAttempt,
} from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { isOnSilentHost } from '../../../api/list-hosts.ts';
import { Estimate } from '../../../components/estimate/estimate.tsx';
import { Name, NoValue } from '../../../components/name.tsx';
import { RowPicture } from '../../../components/pictures/row-picture.tsx';
import { describeOpenAttempt } from '../../../components/receipt/describe-unproven.ts';
import { visibleSentence } from '../../../components/sentence.ts';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { ElapsedTime, RelativeTime } from '../../../components/time/times.tsx';
import { JobBar, TransferLine } from '../../../components/transfer.tsx';
import { useKnownNow } from '../../../live/use-now.ts';
import { endReason } from '../api/end-reason.ts';
import type { ColumnKey } from './job-columns.ts';
import styles from './queue.module.css';
import type { RowProps } from './rows-props.ts';

type Props = Pick<RowProps, 'silentHosts' | 'isTabStop' | 'movedFrom'> & {
  column: ColumnKey;
  job: WireJob;
};

/**
 * What one column shows of a job. Its links are plain, because a Link of the router costs more than
 * the rest of a row; the list follows them itself.
 */
export function JobCell({ column, job, silentHosts, isTabStop, movedFrom }: Props): ReactNode {
  const tabIndex = isTabStop ? 0 : -1;
  switch (column) {
    case 'position':
      return <QueuePosition job={job} movedFrom={movedFrom} />;
    case 'job':
      return (
        <>
          <a href={`/jobs/${job.id}`} tabIndex={tabIndex}>
            <Name of={job.name} />
          </a>
          <Template job={job} />
          <OpenAttempts attempts={job.openAttempts} />
          <Transfer job={job} />
        </>
      );
    case 'status':
      return <LiveStatus job={job} hostSilent={isOnSilentHost(job, silentHosts)} />;
    case 'progress':
      if (describeNoHost(job) !== null) return <NoHost job={job} />;
      return job.attempt === null || job.position !== null ? (
        <NoValue />
      ) : (
        <JobBar job={job} label={job.name} />
      );
    case 'estimate':
      return describeNoHost(job) === null ? <Estimate job={job} /> : null;
    case 'priority':
      return job.priority;
    case 'host':
      return job.host === null ? (
        <NoValue />
      ) : (
        <a href={`/hosts?host=${encodeURIComponent(job.host)}`} tabIndex={tabIndex}>
          <Name of={job.host} />
        </a>
      );
    case 'since':
      return <Since job={job} />;
    case 'reason':
      return <Reason of={endReason(job)} />;
    case 'ended':
      return job.endedAt === null ? <NoValue /> : <RelativeTime at={job.endedAt} />;
    case 'by':
      return <Name of={job.submittedBy} />;
  }
}

/** The file of the job's template; nothing if it is not known. */
function Template({ job: { template } }: { job: WireJob }) {
  if (template === null) return null;
  return (
    <span className={styles.template}>
      <Name of={template} />
    </span>
  );
}

/** Why a job ended, in the writing direction of its text. */
function Reason({ of }: { of: string | null }) {
  return of === null ? <NoValue /> : <bdi>{visibleSentence(of)}</bdi>;
}

/** How long a job has waited, has run, or ran. */
export function Since({ job: { position, startedAt, createdAt, endedAt } }: { job: WireJob }) {
  if (endedAt !== null && startedAt === null) return <NoValue />;
  return (
    <ElapsedTime from={position === null ? (startedAt ?? createdAt) : createdAt} until={endedAt} />
  );
}

type QueuePositionProps = { job: WireJob; movedFrom: number | null | undefined };

/**
 * "7", or the picture of a running job; "↑ 3" or "↓ 12" when it moved while frozen.
 */
export function QueuePosition({ job, movedFrom }: QueuePositionProps) {
  const { position, endedAt } = job;
  if (position === null) {
    if (endedAt !== null) return <NoValue />;
    return (
      <>
        <RowPicture id={job.id} runs />
        <span className="visually-hidden">running</span>
      </>
    );
  }
  if (movedFrom === undefined || movedFrom === null || movedFrom === position)
    return formatNumber(position);
  const up = position < movedFrom;
  return (
    <>
      <span aria-hidden="true">{up ? '↑' : '↓'} </span>
      <span className="visually-hidden">{up ? 'moved up to ' : 'moved down to '}</span>
      {formatNumber(position)}
    </>
  );
}

/** The status of a job. While the page is live, the label of a stop without a proof changes. */
export function LiveStatus({ job, hostSilent }: { job: WireJob; hostSilent: boolean }) {
  const { now } = useKnownNow(job.receipt !== null && job.endedAt === null);
  // The step on a silent host is not known.
  const phase = hostSilent ? null : job.phase;
  const label = statusLabel(job, hostSilent, now);
  return <StatusBadge label={label} text={statusText(job, hostSilent, now)} phase={phase} />;
}

/** The attempts of a row that may still run on a silent host; nothing if there is none. */
export function OpenAttempts({ attempts }: { attempts: readonly WireOpenAttempt[] }) {
  const [first] = attempts;
  if (first === undefined) return null;
  const rest = attempts.length === 1 ? '' : ` and ${attempts.length - 1} more`;
  return (
    <span
      className={styles.open}
      title={visibleSentence(attempts.map(describeOpenAttempt).join(' '))}
    >
      Attempt {first.number} on <Name of={first.host} /> not proven{rest}
    </span>
  );
}

/** What the host of a job downloads, uploads or copies now; nothing if it does not. */
export function Transfer({ job: { transfer = null } }: { job: WireJob }) {
  if (transfer === null) return null;
  const { what, now } = describeTransfer(transfer);
  return (
    <span className={styles.transfer} title={visibleText(now === null ? what : `${what}: ${now}`)}>
      <TransferLine transfer={transfer} short />
    </span>
  );
}

/** "No host offers: c4d" of a job that waits; nothing if a host may claim it. */
export function NoHost({ job }: { job: WireJob }) {
  const noHost = describeNoHost(job);
  if (noHost === null) return null;
  return (
    <span className={styles.noHost} title={noHost.whole}>
      {noHost.short}; start not known
      <span className="visually-hidden">. Its position counts the whole queue.</span>
    </span>
  );
}

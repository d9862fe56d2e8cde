import type { WireJob } from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { Name } from '../../../components/name.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { ElapsedTime } from '../../../components/time/elapsed-time.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { TimeLeft } from '../../../components/time/time-left.tsx';
import { visibleNode } from '../../../components/visible-node.ts';
import { endReason } from '../api/end-reason.ts';
import type { ColumnKey } from './job-columns.ts';
import { LiveStatus } from './live-status.tsx';
import { NoHost } from './no-host.tsx';
import { OpenAttempts } from './open-attempts.tsx';
import { QueuePosition } from './queue-position.tsx';
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
          <OpenAttempts attempts={job.openAttempts} />
        </>
      );
    case 'status':
      return <LiveStatus job={job} hostSilent={job.host !== null && silentHosts.has(job.host)} />;
    case 'progress':
      return job.attempt === null || job.position !== null ? (
        <NoValue />
      ) : (
        <ProgressBar percent={job.progress} label={job.name} />
      );
    case 'timeLeft':
      return <TimeLeft ms={job.timeLeftMs} />;
    case 'priority':
      return job.priority;
    case 'host':
      return job.host === null ? (
        <Waits job={job} />
      ) : (
        <a href={`/hosts?host=${encodeURIComponent(job.host)}`} tabIndex={tabIndex}>
          <Name of={job.host} />
        </a>
      );
    case 'since':
      return <Since job={job} />;
    case 'reason':
      return visibleNode(endReason(job) ?? <NoValue />);
    case 'ended':
      return job.endedAt === null ? <NoValue /> : <RelativeTime at={job.endedAt} />;
    case 'by':
      return <Name of={job.submittedBy} />;
    case 'submitted':
      return <RelativeTime at={job.createdAt} />;
  }
}

/** Why a job that waits has no host; nothing where any may have it. */
function Waits({ job }: { job: WireJob }) {
  return job.noHostOffers === null ? <NoValue /> : <NoHost job={job} />;
}

/** How long a job has waited, has run, or ran. */
function Since({ job: { position, startedAt, createdAt, endedAt } }: { job: WireJob }) {
  if (endedAt !== null && startedAt === null) return <NoValue />;
  return (
    <ElapsedTime from={position === null ? (startedAt ?? createdAt) : createdAt} until={endedAt} />
  );
}

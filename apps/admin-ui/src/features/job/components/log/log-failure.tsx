import { Button } from '@mantine/core';
import { failureReason, visibleText, type WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useApi } from '../../../../api/api.ts';
import { StatusIcon } from '../../../../components/status/status-icon.tsx';
import { dayBefore, dayStart } from '../../../../components/time/days.ts';
import { formatDay, formatNumber } from '../../../../components/time/format-time.ts';
import styles from './log-tab.module.css';

type Props = {
  readonly job: WireJob;
  readonly failure: string;
  /** The number of the line that says why; null if no line does. */
  readonly line: number | null;
  readonly onLine: () => void;
};

/** What went wrong, first: the reason, the line that says it, and the other jobs with it. */
export function LogFailure({ job, failure, line, onLine }: Props) {
  return (
    <section aria-label="What went wrong" className={styles.failure}>
      <StatusIcon label="Failed" />
      <div>
        <p>
          <strong>{visibleText(failure)}</strong>
        </p>
        <SameReason job={job} failure={failure} />
      </div>
      {line !== null && (
        <Button size="compact-sm" variant="default" fw={400} onClick={onLine}>
          Go to line {formatNumber(line)}
        </Button>
      )}
    </section>
  );
}

/** How many jobs failed for the same reason since the day before. Nothing if no other one did. */
function SameReason({ job, failure }: Pick<Props, 'job' | 'failure'>) {
  const { trpc } = useApi();
  const reason = failureReason(failure);
  const day = dayBefore(job.endedAt ?? job.createdAt);
  const input = { show: 'ended', reason, from: dayStart(day), limit: 1 } as const;
  const { data } = useQuery(trpc.listJobs.queryOptions(input, { enabled: reason !== '' }));
  const count = data?.matching.count ?? 0;
  if (count < 2) return null;
  const shown = `${formatNumber(count)}${data?.matching.capped === true ? ' or more' : ''}`;
  return (
    <p>
      Same reason on {shown} renders since {formatDay(dayStart(day))}.{' '}
      <Link to="/queue" search={{ show: 'ended', reason, from: day }}>
        See them
      </Link>
    </p>
  );
}

import { describeNoHost, isFinal, isRunning, type WireJob } from '@renderdeck/contract';
import { memo } from 'react';
import { isOnSilentHost } from '../../../api/list-hosts.ts';
import { Estimate } from '../../../components/estimate/estimate.tsx';
import { Name } from '../../../components/name.tsx';
import { visibleSentence } from '../../../components/sentence.ts';
import { RelativeTime } from '../../../components/time/times.tsx';
import { JobBar } from '../../../components/transfer.tsx';
import { useRecentChange } from '../../../hooks/use-recent-change.ts';
import { useJob } from '../../../live/use-job.ts';
import { endReason } from '../api/end-reason.ts';
import { rowsToRender } from '../hooks/plan-rows.ts';
import { GroupHeading } from './group-heading.tsx';
import styles from './job-cards.module.css';
import { LiveStatus, NoHost, OpenAttempts, QueuePosition, Since, Transfer } from './job-cell.tsx';
import { MenuButton } from './row-menu.tsx';
import type { RowProps, RowsProps } from './rows-props.ts';

export const CARD_PX = 72;

/** The list of jobs for a narrow window. Only the cards near the screen exist. */
export function JobCards({ order, plan, rows, moved, counts, emptyAt, ...row }: RowsProps) {
  return (
    <ul ref={rows} className={styles.cards} aria-label="Jobs">
      {rowsToRender(plan, order).map((item) => {
        if (item.kind === 'group')
          return (
            <li key={item.group.kind} className={styles.group}>
              <GroupHeading group={item.group} counts={counts} emptyAt={emptyAt} />
            </li>
          );
        if (item.kind === 'gap')
          return <Space key={`gap ${item.from}`} height={item.rows * CARD_PX} />;
        if (item.kind === 'loading') return <Space key={item.index} height={CARD_PX} />;
        const { id, index } = item;
        return (
          <JobCard
            key={id}
            id={id}
            index={index}
            of={order.count}
            frozen={row.frozen}
            movedFrom={row.frozen ? moved.get(id) : undefined}
            isTabStop={row.tabStop === id}
            isSelected={row.selected === id}
            silentHosts={row.silentHosts}
            onMenu={row.onMenu}
          />
        );
      })}
    </ul>
  );
}

function Space({ height }: { height: number }) {
  return <li aria-hidden="true" style={{ height }} />;
}

const JobCard = memo(function JobCard({ id, index, of, ...row }: RowProps & { of: number }) {
  const job = useJob(id);
  const isChanged = useRecentChange(job?.version);
  if (job === undefined) return null;
  return (
    <li
      data-job={id}
      data-index={index}
      data-running={isRunning(job.status) || undefined}
      data-ended={(row.frozen && isFinal(job.status)) || undefined}
      data-changed={isChanged || undefined}
      aria-posinset={index + 1}
      aria-setsize={of}
      className={styles.card}
    >
      {job.endedAt === null && (
        <span className={styles.cardPosition}>
          <QueuePosition job={job} movedFrom={row.movedFrom} />
        </span>
      )}
      <a href={`/jobs/${id}`} tabIndex={row.isTabStop ? 0 : -1} className={styles.cardName}>
        <Name of={job.name} />
      </a>
      <span className={styles.cardStatus}>
        <LiveStatus job={job} hostSilent={isOnSilentHost(job, row.silentHosts)} />
      </span>
      <span className={styles.cardMore}>
        {job.endedAt === null ? <ActiveFacts job={job} /> : <EndFacts job={job} />}
        <OpenAttempts attempts={job.openAttempts} />
      </span>
      {row.onMenu !== null && (
        <MenuButton job={job} isTabStop={row.isTabStop} onMenu={row.onMenu} />
      )}
    </li>
  );
});

/** How far a running job is and when it ends, or what a waiting job waits for. */
function ActiveFacts({ job }: { job: WireJob }) {
  if (!isRunning(job.status))
    return describeNoHost(job) === null ? (
      <>
        <span>Priority {job.priority}</span>
        <Estimate job={job} alone />
      </>
    ) : (
      <NoHost job={job} />
    );
  return (
    <>
      <JobBar job={job} label={job.name} />
      {job.timeLeftMs !== null && (
        <span>
          <Estimate job={job} alone />
        </span>
      )}
      <Transfer job={job} />
      {job.host !== null && (
        <span className={styles.cardHost}>
          <Name of={job.host} />
        </span>
      )}
    </>
  );
}

/** Why the job ended, how long it ran, and when it ended. */
function EndFacts({ job }: { job: WireJob }) {
  const reason = endReason(job);
  return (
    <>
      {reason !== null && (
        <span className={styles.cardReason}>
          <bdi>{visibleSentence(reason)}</bdi>
        </span>
      )}
      {job.startedAt !== null && (
        <span>
          took <Since job={job} />
        </span>
      )}
      {job.endedAt !== null && (
        <span className={styles.cardEnd}>
          <RelativeTime at={job.endedAt} />
        </span>
      )}
    </>
  );
}

import { describeNoHost, isRunning, visibleText, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useJobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { TimeLeft } from '../../../components/time/time-left.tsx';
import { whyGone } from '../../../components/why-gone.ts';
import { useJob } from '../../../live/use-job.ts';
import { FollowButton } from '../../../notices/follow-button.tsx';
import { useSilentHosts } from '../hooks/use-silent-hosts.ts';
import { LiveStatus } from './job-cell.tsx';
import styles from './job-panel.module.css';
import { LastLog } from './last-log.tsx';

type Props = { id: string; onClose: () => void };

/** The selected job beside the list: what a glance needs, and the way to its page. */
export function JobPanel({ id, onClose }: Props) {
  const details = useJobDetails(id);
  const gone = whyGone(useMe());
  const job = useJob(id) ?? details.data?.job;
  return (
    <aside className={styles.panel} aria-label="Selected job">
      <button type="button" className={styles.close} aria-label="Close the panel" onClick={onClose}>
        ✕
      </button>
      {job === undefined ? (
        <p>{details.isError ? `No job with this id. ${gone ?? ''}` : 'Loading…'}</p>
      ) : (
        <Job job={job} />
      )}
    </aside>
  );
}

function Job({ job }: { job: WireJob }) {
  const silentHosts = useSilentHosts();
  const { attempt, host, position, receipt } = job;
  const running = isRunning(job.status);
  const noHost = describeNoHost(job);
  return (
    <>
      <h2>
        <Link to="/jobs/$id" params={{ id: job.id }}>
          <Name of={job.name} />
        </Link>
      </h2>
      <p className={styles.facts}>
        <LiveStatus job={job} hostSilent={host !== null && silentHosts.has(host)} />
        {position !== null && (
          <span>
            <QueuePlace position={position} tagged={job.tags.length > 0} />
          </span>
        )}
        {running && host !== null && (
          <span>
            on <Name of={host} />
          </span>
        )}
        {running && (
          <ProgressBar percent={job.progress} label={`${visibleText(job.name)}, selected`} />
        )}
        {job.timeLeftMs !== null && (
          <span>
            <TimeLeft ms={job.timeLeftMs} /> left
          </span>
        )}
      </p>
      {job.tags.length > 0 && (
        <p className={styles.facts}>Tags: {job.tags.map(visibleText).join(', ')}</p>
      )}
      {noHost !== null && <p className={styles.failure}>{visibleText(noHost.whole)}</p>}
      {job.endedAt === null && <FollowButton jobId={job.id} />}
      {job.failure !== null && <p className={styles.failure}>{visibleText(job.failure)}</p>}
      {receipt !== null && <Receipt job={job} receipt={receipt} />}
      {attempt !== null && (
        <LastLog key={`${job.id} ${attempt}`} id={job.id} attempt={attempt} running={running} />
      )}
    </>
  );
}

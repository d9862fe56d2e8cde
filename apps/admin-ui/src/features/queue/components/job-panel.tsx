import { describeNoHost, isRunning, visibleText, type WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { useSilentHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { Name } from '../../../components/name.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { TimeLeft } from '../../../components/time/times.tsx';
import { whyGone } from '../../../components/why-gone.ts';
import { useJob } from '../../../live/use-job.ts';
import { FollowButton } from '../../../notices/follow-button.tsx';
import { LiveStatus } from './job-cell.tsx';
import styles from './job-panel.module.css';

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

type LastLogProps = { id: string; attempt: number; running: boolean };

const CHUNKS = 500;
/** A log that is longer than so many requests is for the job page. */
const MOST_REQUESTS = 10;
const REFETCH_MS = 2_000;
const SHOWN = 5;

type LastLogLines = {
  readonly lines: readonly string[];
  /** False while the log is longer than what was read of it. */
  readonly isWhole: boolean;
};

/** The last five lines of an attempt; each refetch reads only what was added since. */
function useLastLogLines(id: string, attempt: number, running: boolean) {
  const { client } = useApi();
  const after = useRef<string>(undefined);
  const lines = useRef<readonly string[]>([]);
  return useQuery({
    queryKey: ['last log lines', id, attempt, running],
    refetchInterval: running ? REFETCH_MS : false,
    staleTime: 0,
    gcTime: 0,
    queryFn: async ({ signal }): Promise<LastLogLines> => {
      for (let request = 0; request < MOST_REQUESTS; request += 1) {
        const read = await client.getAttemptLog.query(
          { id, attempt, after: after.current, limit: CHUNKS },
          { signal },
        );
        after.current = read.after;
        const added = read.chunks.flatMap((chunk) => chunk.lines);
        lines.current = [...lines.current, ...added].slice(-SHOWN);
        if (read.chunks.length < CHUNKS) return { lines: lines.current, isWhole: true };
      }
      return { lines: lines.current, isWhole: false };
    },
  });
}

/** The last five lines of the newest attempt, and the way to all of them. */
function LastLog({ id, attempt, running }: LastLogProps) {
  const { data } = useLastLogLines(id, attempt, running);
  return (
    <section>
      <h3>
        <Link to="/jobs/$id" params={{ id }} search={{ tab: 'log' }}>
          Log of attempt {attempt}
        </Link>
      </h3>
      {data !== undefined && <Lines lines={data.lines} isWhole={data.isWhole} />}
    </section>
  );
}

function Lines({ lines, isWhole }: { lines: readonly string[]; isWhole: boolean }) {
  if (!isWhole) return <p>The log is long. See the job’s page.</p>;
  if (lines.length === 0) return <p>No log yet.</p>;
  return <pre className={styles.log}>{lines.join('\n')}</pre>;
}

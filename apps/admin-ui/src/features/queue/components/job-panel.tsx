import { Code, Group, Paper, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Code.css';
import { describeNoHost, isRunning, visibleText, type WireJob } from '@renderdeck/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { isOnSilentHost, useSilentHosts } from '../../../api/list-hosts.ts';
import { useMe } from '../../../api/me.ts';
import { EstimateLine } from '../../../components/estimate/estimate.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { Name } from '../../../components/name.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { JobBar, TransferLine } from '../../../components/transfer.tsx';
import { whyGone } from '../../../components/why-gone.ts';
import { useJob } from '../../../live/use-job.ts';
import { FollowButton } from '../../../notices/follow-button.tsx';
import { LiveStatus } from './job-cell.tsx';
import styles from './job-panel.module.css';

type Props = { id: string; onClose: () => void };

/** The selected job beside the list: its state in short, and a link to its page. */
export function JobPanel({ id, onClose }: Props) {
  const details = useJobDetails(id);
  const gone = whyGone(useMe());
  const job = useJob(id) ?? details.data?.job;
  return (
    <Paper
      component="aside"
      className={styles.panel}
      aria-label="Selected job"
      px={16}
      py={12}
      bd="1px solid var(--rd-line)"
    >
      <IconButton aria-label="Close the panel" onClick={onClose}>
        ✕
      </IconButton>
      {job === undefined ? (
        <p>{details.isError ? `No job with this id. ${gone ?? ''}` : 'Loading…'}</p>
      ) : (
        <Job job={job} />
      )}
    </Paper>
  );
}

function Job({ job }: { job: WireJob }) {
  const silentHosts = useSilentHosts();
  const { attempt, host, position, receipt } = job;
  const running = isRunning(job.status);
  const noHost = describeNoHost(job);
  return (
    <>
      <Title order={2} mr={36} mb={8}>
        <Link to="/jobs/$id" params={{ id: job.id }} style={{ color: 'var(--rd-text)' }}>
          <Name of={job.name} />
        </Link>
      </Title>
      <Group gap="4px 16px" mb={8}>
        <LiveStatus job={job} hostSilent={isOnSilentHost(job, silentHosts)} />
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
        {running && <JobBar job={job} label={`${visibleText(job.name)}, selected`} />}
        <span>
          <EstimateLine job={job} />
        </span>
      </Group>
      {job.transfer && (
        <Text mb={8}>
          <TransferLine transfer={job.transfer} />
        </Text>
      )}
      {job.tags.length > 0 && <Text mb={8}>Tags: {job.tags.map(visibleText).join(', ')}</Text>}
      {noHost !== null && <Problem>{visibleText(noHost.whole)}</Problem>}
      {job.endedAt === null && <FollowButton jobId={job.id} />}
      {job.failure !== null && <Problem>{visibleText(job.failure)}</Problem>}
      {receipt !== null && <Receipt job={job} receipt={receipt} />}
      {attempt !== null && (
        <LastLog key={`${job.id} ${attempt}`} id={job.id} attempt={attempt} running={running} />
      )}
    </>
  );
}

function Problem({ children }: { children: string }) {
  return (
    <Text c="var(--rd-error)" mb={8}>
      {children}
    </Text>
  );
}

type LastLogProps = { id: string; attempt: number; running: boolean };

const CHUNKS = 500;
/** A log that needs more requests than this is left to the job's page. */
const MOST_REQUESTS = 10;
const REFETCH_MS = 2_000;
const SHOWN = 5;

type LastLogLines = {
  readonly lines: readonly string[];
  /** False if the log is longer than the part that was read. */
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

/** The last five lines of the newest attempt, and a link to the whole log. */
function LastLog({ id, attempt, running }: LastLogProps) {
  const { data } = useLastLogLines(id, attempt, running);
  return (
    <section>
      <Title order={3} mt={16} mb={6}>
        <Link to="/jobs/$id" params={{ id }} search={{ tab: 'log' }}>
          Log of attempt {attempt}
        </Link>
      </Title>
      {data !== undefined && <Lines lines={data.lines} isWhole={data.isWhole} />}
    </section>
  );
}

function Lines({ lines, isWhole }: { lines: readonly string[]; isWhole: boolean }) {
  if (!isWhole) return <p>The log is long. See the job’s page.</p>;
  if (lines.length === 0) return <p>No log yet.</p>;
  return (
    <Code block p={8} color="var(--rd-bg-hover)" style={{ whiteSpace: 'pre-wrap' }}>
      {lines.join('\n')}
    </Code>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useApi } from '../../../api/api.ts';
import styles from './job-panel.module.css';

type Props = { id: string; attempt: number; running: boolean };

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
export function LastLog({ id, attempt, running }: Props) {
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

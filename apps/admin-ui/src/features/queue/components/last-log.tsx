import { Link } from '@tanstack/react-router';
import { useLastLogLines } from '../api/last-log-lines.ts';
import styles from './job-panel.module.css';

type Props = { id: string; attempt: number; running: boolean };

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

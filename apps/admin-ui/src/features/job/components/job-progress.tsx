import type { WireAttempt, WireJob } from '@renderdeck/contract';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { formatCount, formatFileSize, formatNumber } from '../../../components/time/format-time.ts';
import styles from './job-page.module.css';

/** The progress of the running attempt. */
export function JobProgress({ job, attempt }: { job: WireJob; attempt: WireAttempt }) {
  return (
    <section className={styles.section}>
      <h2>Progress</h2>
      <ProgressBar percent={job.progress} label="Progress" wide />
      <Usage attempt={attempt} />
      {attempt.frame !== null && (
        <p className={styles.frame}>
          frame {formatNumber(attempt.frame)}
          {attempt.totalFrames === null ? '' : ` of ${formatNumber(attempt.totalFrames)}`}
        </p>
      )}
    </section>
  );
}

/** What all processes of the attempt use now. */
function Usage({ attempt }: { attempt: WireAttempt }) {
  const latest = attempt.usage.at(-1);
  if (latest === undefined) return null;
  return (
    <p className={styles.frame}>
      CPU {formatNumber(latest.cpuPercent)} %, {formatFileSize(latest.memoryBytes)} in{' '}
      {formatCount(latest.processes, 'process', 'processes')}
    </p>
  );
}

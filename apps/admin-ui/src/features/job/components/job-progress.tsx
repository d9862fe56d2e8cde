import type { WireAttempt, WireJob } from '@renderdeck/contract';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { formatCount, formatFileSize, formatNumber } from '../../../components/time/format-time.ts';
import { TimeLeft } from '../../../components/time/times.tsx';
import styles from './job-page.module.css';

/** The progress of the running attempt, as a bar and as a sentence. */
export function JobProgress({ job, attempt }: { job: WireJob; attempt: WireAttempt }) {
  return (
    <section className={styles.section}>
      <h2>Progress</h2>
      <ProgressBar percent={job.progress} label="Progress" wide />
      <p className={styles.frame}>
        {describeProgress(job, attempt)}
        {job.timeLeftMs !== null && (
          <>
            , <TimeLeft ms={job.timeLeftMs} /> left
          </>
        )}
      </p>
      <Usage attempt={attempt} />
    </section>
  );
}

/** "42 %, frame 412 of 980". */
function describeProgress({ progress }: WireJob, { frame, totalFrames }: WireAttempt): string {
  const parts = [`${Math.floor(progress)} %`];
  const total = totalFrames === null ? '' : ` of ${formatNumber(totalFrames)}`;
  if (frame !== null) parts.push(`frame ${formatNumber(frame)}${total}`);
  return parts.join(', ');
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

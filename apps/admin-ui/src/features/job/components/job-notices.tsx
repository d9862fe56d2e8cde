import { visibleText, type WireJob } from '@renderdeck/contract';
import { describeOpenAttempt } from '../../../components/receipt/describe-unproven.ts';
import styles from './job-page.module.css';

/** What a person must know before all else: the failure, the warnings, what may still run. */
export function JobNotices({ job }: { job: WireJob }) {
  return (
    <>
      {job.failure !== null && <p className={styles.failure}>{visibleText(job.failure)}</p>}
      {job.warnings.map((warning) => (
        <p key={warning} className={styles.failure}>
          {visibleText(warning)}
        </p>
      ))}
      {/* A receipt names them itself. */}
      {job.receipt === null &&
        job.openAttempts.map((open) => (
          <p key={open.number} className={styles.unproven}>
            {visibleText(describeOpenAttempt(open))}
          </p>
        ))}
    </>
  );
}

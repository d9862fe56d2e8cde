import { isRunning, type WireJob } from '@renderdeck/contract';
import type { JobDetails } from '../../../api/get-job.ts';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { AttemptList } from './attempt-list.tsx';
import styles from './job-page.module.css';
import { JobProgress } from './job-progress.tsx';
import { JobSteps } from './job-steps.tsx';
import { UsageChart } from './usage/usage-chart.tsx';

/** The receipt of the newest stop, whole; then how far the job is, and its attempts. */
export function JobOverview({ job, details }: { job: WireJob; details: JobDetails }) {
  const { attempts } = details;
  const [newest] = attempts;
  return (
    <>
      {job.receipt !== null && (
        <section className={styles.section}>
          <h2>
            Receipt <ReceiptLink number={job.receipt.number} />
          </h2>
          <Receipt job={job} receipt={job.receipt} />
        </section>
      )}
      {newest !== undefined && isRunning(job.status) && <JobProgress job={job} attempt={newest} />}
      <JobSteps job={job} attempt={newest} />
      <AttemptList attempts={attempts} />
      {newest !== undefined && <UsageChart job={job} attempt={newest} />}
    </>
  );
}

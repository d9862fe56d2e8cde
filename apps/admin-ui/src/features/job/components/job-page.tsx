import { problemOf } from '@renderdeck/client/problem';
import { isRunning } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { errorMessage } from '../../../api/error-message.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { describeOpenAttempt } from '../../../components/receipt/describe-unproven.ts';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { useJob } from '../../../live/use-job.ts';
import { AttemptList } from './attempt-list.tsx';
import { AttemptLog } from './attempt-log.tsx';
import { JobActions } from './job-actions.tsx';
import { JobFacts } from './job-facts.tsx';
import styles from './job-page.module.css';
import { JobProgress } from './job-progress.tsx';
import { JobStatus } from './job-status.tsx';

/** Everything about one job, its receipt first. */
export function JobPage({ id, openJobDialog }: { id: string; openJobDialog: OpenJobDialog }) {
  const details = useJobDetails(id);
  const job = useJob(id);
  if (details.isError && details.data === undefined) return <NotLoaded error={details.error} />;
  if (job === undefined || details.data === undefined)
    return <p className={styles.loading}>Loading…</p>;
  const { attempts, nexrenderJob, secretsDeletedAt } = details.data;
  const [attempt] = attempts;
  return (
    <>
      <PageHeading title={job.name}>
        <JobStatus job={job} />
        <JobActions job={job} openJobDialog={openJobDialog} />
      </PageHeading>
      {job.failure !== null && <p className={styles.failure}>{job.failure}</p>}
      {job.warnings.map((warning) => (
        <p key={warning} className={styles.failure}>
          {warning}
        </p>
      ))}
      {/* A receipt names them itself. */}
      {job.receipt === null &&
        job.openAttempts.map((open) => (
          <p key={open.number} className={styles.unproven}>
            {describeOpenAttempt(open)}
          </p>
        ))}
      <div className={styles.columns}>
        <div className={styles.main}>
          {job.receipt !== null && (
            <section className={styles.section}>
              <h2>Receipt</h2>
              <Receipt job={job} receipt={job.receipt} />
            </section>
          )}
          {attempt !== undefined && isRunning(job.status) && (
            <JobProgress job={job} attempt={attempt} />
          )}
          <AttemptList attempts={attempts} />
          <AttemptLog id={id} attempts={attempts} running={isRunning(job.status)} />
          <section className={styles.section}>
            <h2>Definition</h2>
            {secretsDeletedAt !== null && (
              <p>
                Its secrets were deleted <RelativeTime at={secretsDeletedAt} />. To submit it again,
                give them anew.
              </p>
            )}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls */}
            <pre className={styles.json} role="document" aria-label="Definition" tabIndex={0}>
              {JSON.stringify(nexrenderJob, null, 2)}
            </pre>
          </section>
        </div>
        <JobFacts job={job} />
      </div>
    </>
  );
}

function NotLoaded({ error }: { error: unknown }) {
  const notFound =
    problemOf(error)?.code === 'job_not_found' || problemOf(error)?.code === 'invalid_input';
  return (
    <>
      <PageHeading title={notFound ? 'No job with this id' : 'Job not loaded'} />
      <p>{notFound ? 'Look it up in the queue.' : errorMessage(error)}</p>
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </>
  );
}

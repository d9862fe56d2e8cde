import { Box, type BoxProps, Text } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { endOf, isRunning, visibleText, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { errorMessage } from '../../../api/describe-failure.ts';
import { type JobDetails, useJobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { mayRunAgain, type OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { JobWarnings } from '../../../components/job-warnings.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import { describeOpenAttempt } from '../../../components/receipt/describe-unproven.ts';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { visibleSentence } from '../../../components/sentence.ts';
import tabs from '../../../components/tab-links.module.css';
import { ViewOnly } from '../../../components/view-only.tsx';
import { whyGone } from '../../../components/why-gone.ts';
import { useJob } from '../../../live/use-job.ts';
import { AttemptList } from './attempt-list.tsx';
import { JobActions } from './job-actions.tsx';
import { JobDefinition } from './job-definition.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHistory } from './job-history.tsx';
import styles from './job-page.module.css';
import { JobPictures } from './job-pictures.tsx';
import { JobSection } from './job-section.tsx';
import { JobProgress, JobStatus } from './job-status.tsx';
import { JobSteps } from './job-steps.tsx';
import { JOB_TABS, type JobTab } from './job-tab.ts';
import { LogTab } from './log/log-tab.tsx';
import { JobOutput } from './output/job-output.tsx';
import { UsageChart } from './usage/usage-chart.tsx';

type Props = { id: string; tab: JobTab; openJobDialog: OpenJobDialog };

/** Everything about one job: a heading, then the part that the address names. */
export function JobPage({ id, tab, openJobDialog }: Props) {
  const details = useJobDetails(id);
  const job = useJob(id);
  if (details.isError && details.data === undefined)
    return <JobNotLoaded error={details.error} onRetry={() => void details.refetch()} />;
  if (job === undefined || details.data === undefined) return <JobSkeleton />;
  const { attempts } = details.data;
  return (
    <div className={styles.job} data-fills={tab === 'log' || undefined}>
      <div className={styles.page}>
        <PageHeading title={job.name}>
          <JobStatus job={job} />
        </PageHeading>
        <JobActions job={job} openJobDialog={openJobDialog} />
        <JobRights job={job} />
        <JobNotices job={job} tab={tab} />
        {job.endedAt === null && <JobWarnings of={details.data.warnings} />}
        <JobTabs id={id} tab={tab} />
      </div>
      {tab === 'log' ? (
        <LogTab job={job} attempts={attempts} />
      ) : (
        <div className={styles.columns}>
          <div>
            {tab === 'overview' && <JobOverview job={job} details={details.data} />}
            {tab === 'definition' && <JobDefinition details={details.data} />}
            {tab === 'history' && <JobHistory job={job} />}
          </div>
          <JobFacts job={job} details={details.data} />
        </div>
      )}
    </div>
  );
}

/** What a person must know first: the failure, the warnings, what may still run. */
function JobNotices({ job, tab }: { job: WireJob; tab: JobTab }) {
  // The log of a failed job begins with its failure.
  const isInLog = tab === 'log' && endOf(job.status) === 'failed';
  return (
    <>
      {job.failure !== null && !isInLog && <Problem>{visibleText(job.failure)}</Problem>}
      {/* A receipt names those that it has, and open attempts, itself. */}
      {ownWarnings(job).map((warning) => (
        <Problem key={warning}>{visibleText(warning)}</Problem>
      ))}
      {job.receipt === null &&
        job.openAttempts.map((open) => (
          <Problem key={open.number} c="var(--rd-unproven)">
            {visibleSentence(describeOpenAttempt(open))}
          </Problem>
        ))}
    </>
  );
}

function ownWarnings({ warnings, receipt }: WireJob): readonly string[] {
  return receipt === null ? warnings : warnings.filter((one) => !receipt.warnings.includes(one));
}

function Problem({ c = 'var(--rd-error)', children }: { c?: string; children: string }) {
  return (
    <Text c={c} my={14} style={{ overflowWrap: 'anywhere' }}>
      {children}
    </Text>
  );
}

/** Says why this user has no button, and whom to ask. */
function JobRights({ job }: { job: WireJob }) {
  const me = useMe();
  if (job.endedAt === null) return <ViewOnly />;
  if (mayRunAgain(job, me)) return null;
  const whom = me.admins.join(' or ');
  return (
    <p className="view-only">
      {me.can.submit
        ? `You may run your own jobs again. Ask ${whom} to run this one.`
        : `View only. Ask ${whom} to run it again.`}
    </p>
  );
}

/** The receipt of the newest stop, whole; then how far the job is, and its attempts. */
function JobOverview({ job, details }: { job: WireJob; details: JobDetails }) {
  const { attempts } = details;
  const [newest] = attempts;
  return (
    <>
      {job.receipt !== null && (
        <JobSection
          title={
            <>
              Receipt <ReceiptLink number={job.receipt.number} />
            </>
          }
        >
          <Receipt job={job} receipt={job.receipt} />
        </JobSection>
      )}
      <JobOutput job={job} attempts={attempts} />
      <div className={styles.now}>
        <JobPictures job={job} />
        <div>
          {newest !== undefined && isRunning(job.status) && (
            <JobProgress job={job} attempt={newest} />
          )}
          <JobSteps job={job} attempt={newest} />
        </div>
      </div>
      <AttemptList attempts={attempts} />
      {newest !== undefined && <UsageChart job={job} attempt={newest} />}
    </>
  );
}

/** Why the page shows no job, and what the user can do. */
function JobNotLoaded({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const code = problemOf(error)?.code;
  const gone = whyGone(useMe());
  const notFound = code === 'job_not_found' || code === 'invalid_input';
  return (
    <>
      <PageHeading title={notFound ? 'No job with this id' : 'Job not loaded'} />
      {notFound ? (
        <p>{gone}</p>
      ) : (
        <p role="alert">
          {errorMessage(error)} <LinkButton onClick={onRetry}>Try again</LinkButton>
        </p>
      )}
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </>
  );
}

/** The shape of the page while the job loads: boxes, and one sentence for screen readers. */
function JobSkeleton() {
  return (
    <div>
      <p role="status" className="visually-hidden">
        Loading the job…
      </p>
      <StillBox my={12} w={320} maw="100%" h={32} />
      <StillBox h={28} />
      <div className={styles.columns}>
        <StillBox h={240} />
        <StillBox h={240} />
      </div>
    </div>
  );
}

function StillBox(props: BoxProps) {
  return <Box aria-hidden="true" bdrs="sm" bg="var(--rd-bg-hover)" {...props} />;
}

const LABELS: Readonly<Record<JobTab, string>> = {
  overview: 'Overview',
  log: 'Log',
  definition: 'Definition',
  history: 'History',
};

/** Links to the tabs of the page; each has its own address. */
function JobTabs({ id, tab }: { id: string; tab: JobTab }) {
  return (
    <Box component="nav" aria-label="Parts of the job" className={tabs.tabs} mt={8}>
      {JOB_TABS.map((name) => (
        <Link
          key={name}
          to="/jobs/$id"
          params={{ id }}
          search={name === 'overview' ? {} : { tab: name }}
          activeOptions={{ exact: true }}
          aria-current={name === tab ? 'page' : undefined}
        >
          {LABELS[name]}
        </Link>
      ))}
    </Box>
  );
}

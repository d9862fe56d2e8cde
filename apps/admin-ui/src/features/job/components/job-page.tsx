import { useJobDetails } from '../../../api/get-job.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { PageHeading } from '../../../components/page-heading.tsx';
import { useJob } from '../../../live/use-job.ts';
import { JobActions } from './job-actions.tsx';
import { JobDefinition } from './job-definition.tsx';
import { JobFacts } from './job-facts.tsx';
import { JobHistory } from './job-history.tsx';
import { JobNotLoaded } from './job-not-loaded.tsx';
import { JobNotices } from './job-notices.tsx';
import { JobOverview } from './job-overview.tsx';
import styles from './job-page.module.css';
import { JobRights } from './job-rights.tsx';
import { JobSkeleton } from './job-skeleton.tsx';
import { JobStatus } from './job-status.tsx';
import type { JobTab } from './job-tab.ts';
import { JobTabs } from './job-tabs.tsx';
import { LogTab } from './log/log-tab.tsx';

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
    <div className={styles.page}>
      <PageHeading title={job.name}>
        <JobStatus job={job} />
      </PageHeading>
      <JobActions job={job} openJobDialog={openJobDialog} />
      <JobRights job={job} />
      <JobNotices job={job} />
      <JobTabs id={id} tab={tab} />
      <div className={styles.columns}>
        <div className={styles.main}>
          {tab === 'overview' && <JobOverview job={job} details={details.data} />}
          {tab === 'log' && <LogTab job={job} attempts={attempts} />}
          {tab === 'definition' && <JobDefinition details={details.data} />}
          {tab === 'history' && <JobHistory job={job} />}
        </div>
        <JobFacts job={job} details={details.data} />
      </div>
    </div>
  );
}

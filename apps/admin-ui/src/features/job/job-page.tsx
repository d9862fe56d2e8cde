import { Button } from '@mantine/core';
import { isRunning, type WireAttempt, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useMe } from '../../api/me.ts';
import { problemOf, sentenceOf } from '../../api/problem.ts';
import { useHosts, useJobDetails } from '../../api/use-farm.ts';
import { useJob, useNow } from '../../api/use-live.ts';
import type { AskAboutJob } from '../../components/job-question.ts';
import { PageHeading } from '../../components/page-heading.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Receipt } from '../../components/receipt/receipt.tsx';
import { StatusMark } from '../../components/status/status-mark.tsx';
import { statusWord } from '../../components/status/status-word.ts';
import { counted, fileSize, grouped } from '../../components/time/format-time.ts';
import { AttemptList } from './attempt-list.tsx';
import { AttemptLog } from './attempt-log.tsx';
import { JobFacts } from './job-facts.tsx';
import styles from './job-page.module.css';

/** All that is known of one job; its receipt first and whole. */
export function JobPage({ id, ask }: { id: string; ask: AskAboutJob }) {
  const details = useJobDetails(id);
  const job = useJob(id);
  if (details.isError && details.data === undefined) return <NotLoaded error={details.error} />;
  if (job === undefined || details.data === undefined)
    return <p className={styles.loading}>Loading…</p>;
  const { attempts, nexrenderJob } = details.data;
  const [attempt] = attempts;
  return (
    <>
      <PageHeading title={job.name}>
        <JobStatus job={job} />
        <Actions job={job} ask={ask} />
      </PageHeading>
      {job.failure !== null && <p className={styles.failure}>{job.failure}</p>}
      <div className={styles.columns}>
        <div className={styles.main}>
          {job.receipt !== null && (
            <section className={styles.section}>
              <h2>Receipt</h2>
              <Receipt job={job} receipt={job.receipt} />
            </section>
          )}
          {attempt !== undefined && isRunning(job.status) && (
            <section className={styles.section}>
              <h2>Progress</h2>
              <ProgressBar percent={job.progress} label="Progress" wide />
              <Usage attempt={attempt} />
              {attempt.frame !== null && (
                <p className={styles.frame}>
                  frame {grouped(attempt.frame)}
                  {attempt.totalFrames === null ? '' : ` of ${grouped(attempt.totalFrames)}`}
                </p>
              )}
            </section>
          )}
          <AttemptList attempts={attempts} />
          {job.attempt !== null && <AttemptLog id={id} running={isRunning(job.status)} />}
          <section className={styles.section}>
            <h2>Definition</h2>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
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

/** What the whole tree uses now. */
function Usage({ attempt }: { attempt: WireAttempt }) {
  const latest = attempt.usage.at(-1);
  if (latest === undefined) return null;
  return (
    <p className={styles.frame}>
      CPU {grouped(latest.cpuPercent)} %, {fileSize(latest.memoryBytes)} in{' '}
      {counted(latest.processes, 'process', 'processes')}
    </p>
  );
}

function JobStatus({ job }: { job: WireJob }) {
  const hosts = useHosts();
  const now = useNow(job.receipt !== null);
  const silent = hosts.some(({ name, state }) => name === job.host && state === 'silent');
  const place = job.position === null ? job.host : `Position ${grouped(job.position)}`;
  return (
    <p className={styles.status}>
      <StatusMark word={statusWord(job, silent, now)} />
      {place !== null && <span>{place}</span>}
    </p>
  );
}

function Actions({ job, ask }: { job: WireJob; ask: AskAboutJob }) {
  const { can } = useMe();
  const { id } = job;
  return (
    <div className={styles.actions} data-job={id}>
      {can.prioritise && job.position !== null && (
        <Button size="xs" variant="default" onClick={() => ask({ about: 'priority', id })}>
          Change priority
        </Button>
      )}
      {can.stop && job.receipt === null && job.endedAt === null && (
        <Button size="xs" className="danger" onClick={() => ask({ about: 'stop', id })}>
          {job.position === null ? 'Stop render' : 'Remove from queue'}
        </Button>
      )}
    </div>
  );
}

function NotLoaded({ error }: { error: unknown }) {
  const missing =
    problemOf(error)?.code === 'job_not_found' || problemOf(error)?.code === 'invalid_input';
  return (
    <>
      <PageHeading title={missing ? 'No job with this id' : 'Job not loaded'} />
      <p>{missing ? 'Look it up in the queue.' : sentenceOf(error)}</p>
      <Link to="/queue" search={{ show: 'active' }}>
        Queue
      </Link>
    </>
  );
}

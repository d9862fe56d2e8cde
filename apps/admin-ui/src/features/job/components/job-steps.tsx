import { visibleText, type WireJob } from '@renderdeck/contract';
import type { JobDetails } from '../../../api/get-job.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { StatusIcon } from '../../../components/status/status-icon.tsx';
import { ElapsedTime, ExactTime } from '../../../components/time/times.tsx';
import { describeJobSteps, type JobStep } from './describe-job-steps.ts';
import styles from './job-page.module.css';

type Props = { job: WireJob; attempt: JobDetails['attempts'][number] | undefined };

const ICONS = {
  done: 'Finished',
  now: 'Rendering',
  waiting: 'Starting',
  stopped: 'Stopped',
  failed: 'Failed',
  problem: 'Not proven',
} as const;

/** The way of the job in order: each step with its time, how long it took, and its state. */
export function JobSteps({ job, attempt }: Props) {
  const silent = useHosts().some(({ name, state }) => name === attempt?.host && state === 'silent');
  const steps = describeJobSteps(job, attempt ?? null, attempt?.steps ?? null, silent);
  return (
    <section className={styles.section}>
      <h2>Steps</h2>
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.title} data-state={step.state}>
            <StatusIcon label={ICONS[step.state]} />
            <span className={styles.stepTitle}>{visibleText(step.title)}</span>
            <span>{step.word}</span>
            <Times step={step} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How long a step took is told only of one whose end is known, or that runs now. */
function Times({ step: { at, endedAt, state } }: { step: JobStep }) {
  if (at === null) return null;
  const hasLength = endedAt === null ? state === 'now' : at !== endedAt;
  return (
    <span className={styles.times}>
      <ExactTime at={at} />
      {hasLength && (
        <>
          , <ElapsedTime from={at} until={endedAt} />
        </>
      )}
    </span>
  );
}

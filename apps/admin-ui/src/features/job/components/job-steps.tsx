import { Text } from '@mantine/core';
import type { WireJob } from '@renderdeck/contract';
import type { JobDetails } from '../../../api/get-job.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { visibleSentence } from '../../../components/sentence.ts';
import { StatusIcon } from '../../../components/status/status-icon.tsx';
import { ElapsedTime, ExactTime } from '../../../components/time/times.tsx';
import { describeJobSteps, type JobStep } from './describe-job-steps.ts';
import styles from './job-page.module.css';
import { JobSection } from './job-section.tsx';

type Props = { job: WireJob; attempt: JobDetails['attempts'][number] | undefined };

const ICONS = {
  done: 'Finished',
  now: 'Rendering',
  waiting: 'Starting',
  stopped: 'Stopped',
  failed: 'Failed',
  problem: 'Not proven',
} as const;

/** The steps of the job in order, each with its time, its duration and its state. */
export function JobSteps({ job, attempt }: Props) {
  const silent = useHosts().some(({ name, state }) => name === attempt?.host && state === 'silent');
  const steps = describeJobSteps(job, attempt ?? null, attempt?.steps ?? null, silent);
  return (
    <JobSection title="Steps">
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.title} data-state={step.state}>
            <StatusIcon label={ICONS[step.state]} />
            <Text span inherit miw={132} fw={600}>
              {visibleSentence(step.title)}
            </Text>
            <span>{visibleSentence(step.word)}</span>
            <Times step={step} />
          </li>
        ))}
      </ol>
    </JobSection>
  );
}

/** The time of a step. Its duration is shown only if its end is known, or while it runs. */
function Times({ step: { at, endedAt, state } }: { step: JobStep }) {
  if (at === null) return null;
  const hasLength = endedAt === null ? state === 'now' : at !== endedAt;
  return (
    <Text span inherit ml="auto">
      <ExactTime at={at} />
      {hasLength && (
        <>
          , <ElapsedTime from={at} until={endedAt} />
        </>
      )}
    </Text>
  );
}

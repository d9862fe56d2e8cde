import { List, Text } from '@mantine/core';
import {
  describeCached,
  describeOutputFacts,
  fileNameOf,
  formatFileSize,
  type WireAttempt,
} from '@renderdeck/contract';
import { Name } from '../../../components/name.tsx';
import { describeDeclared } from '../../../components/receipt/describe-unproven.ts';
import { visibleSentence } from '../../../components/sentence.ts';
import { describePhase } from '../../../components/status/status-badge.tsx';
import {
  formatCount,
  formatShortDuration,
  formatTime,
} from '../../../components/time/format-time.ts';
import { ElapsedTime, ExactTime } from '../../../components/time/times.tsx';
import styles from './job-page.module.css';
import { JobSection } from './job-section.tsx';

/** How an attempt ended, by the API's word. The page of measures has the same words. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['completed', 'finished'],
  ['failed', 'failed'],
  ['stopped', 'stopped'],
  ['lost', 'lost: its host no longer reported'],
  ['released', 'given back at no cost'],
  ['hostFailed', 'given back: its host could not render it'],
]);

function describeOutcome(outcome: string): string {
  return WORDS.get(outcome) ?? outcome;
}

/** All attempts of the job, newest first. */
export function AttemptList({ attempts }: { attempts: readonly WireAttempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <JobSection title="Attempts">
      <ol className={styles.attempts} reversed>
        {attempts.map((attempt) => (
          <li key={attempt.id} value={attempt.number}>
            <ExactTime at={attempt.startedAt} /> on <Name of={attempt.host} />,{' '}
            {attempt.outcome === 'lost' && 'given up after '}
            <ElapsedTime from={attempt.startedAt} until={attempt.endedAt} />
            {attempt.outcome !== null && `, ${describeOutcome(attempt.outcome)}`}
            {attempt.outcome !== null && <Ending attempt={attempt} />}
            <AttemptReports attempt={attempt} />
            {attempt.phase !== null &&
              attempt.endedAt === null &&
              `, now ${describePhase(attempt.phase)}`}
            {attempt.endedAt === null && attempt.processes.length > 0 && (
              <List size="sm" mt={4} pl={16}>
                {attempt.processes.map(({ pid, name }) => (
                  <List.Item key={pid}>
                    <Name of={name} /> <code>{pid}</code>
                  </List.Item>
                ))}
              </List>
            )}
          </li>
        ))}
      </ol>
    </JobSection>
  );
}

/** How the end of the attempt is known, if it is. A proof counts more than a declaration. */
function Ending({ attempt }: { attempt: WireAttempt }) {
  const { number, host, confirmedAt, declared, problem } = attempt;
  if (confirmedAt !== null) return `, proven to have ended at ${formatTime(confirmedAt)}`;
  return (
    <Text size="sm" c="var(--rd-unproven)" my={13} style={{ overflowWrap: 'anywhere' }}>
      {declared === null
        ? ['Not proven to have ended.', problem].join(' ')
        : visibleSentence(describeDeclared({ number, host, ...declared }))}
    </Text>
  );
}

/** What the host said of the downloads, the processes and the files of an attempt. */
function AttemptReports({ attempt }: { attempt: WireAttempt }) {
  const { stop, removal, outputs = [] } = attempt;
  const cached = describeCached(attempt.cachedSources);
  if (stop === null && removal === null && cached === null && outputs.length === 0) return null;
  return (
    <List size="sm" mt={4} pl={16}>
      {cached !== null && <List.Item>{cached}</List.Item>}
      {outputs.map((output) => (
        <List.Item key={output.number}>
          Published <Name of={fileNameOf(output.path)} />: {describeOutputFacts(output)}
        </List.Item>
      ))}
      {stop !== null && <List.Item>{describeStopReport(stop)}</List.Item>}
      {stop?.survivors.map(({ pid, name, state }) => (
        <List.Item key={pid} c="var(--rd-unproven)">
          Still running when it looked: <Name of={name} /> <code>{pid}</code> ({state})
        </List.Item>
      ))}
      {removal !== null && <List.Item>{describeRemoval(removal)}</List.Item>}
      {removal?.leftovers.map(({ path, error }) => (
        <List.Item key={path}>
          Kept: <code>{path}</code> {error}
        </List.Item>
      ))}
    </List>
  );
}

function describeStopReport({ processes, timeToDeadMs }: NonNullable<WireAttempt['stop']>): string {
  const ended = processes.filter(({ endedAt }) => endedAt !== null).length;
  const took = timeToDeadMs === null ? '' : `, ${formatShortDuration(timeToDeadMs)}`;
  return processes.length === 0
    ? `No process was left${took}`
    : `${ended} of ${formatCount(processes.length, 'process', 'processes')} ended${took}`;
}

function describeRemoval({
  files,
  bytes,
  leftovers,
  timeToCleanMs,
}: NonNullable<WireAttempt['removal']>): string {
  if (files === 0) return leftovers.length > 0 ? 'No file was removed' : 'No file was there';
  const size = `${formatFileSize(bytes)} in ${formatCount(files, 'file')}`;
  return `${size} removed, ${formatShortDuration(timeToCleanMs)}`;
}

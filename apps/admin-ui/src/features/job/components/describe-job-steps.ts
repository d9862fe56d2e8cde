import {
  endOf,
  isQueued,
  stoppedLabel,
  type WireAttempt,
  type WireJob,
} from '@renderdeck/contract';
import { named } from '../../../components/sentence.ts';

/** What a host reports about one step of a render. */
export type KnownStep = {
  readonly name: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
};
export type JobStep = {
  readonly title: string;
  readonly state: 'done' | 'now' | 'waiting' | 'stopped' | 'failed' | 'problem';
  readonly word: string;
  readonly at: string | null;
  /** Null while the step runs, and while its end is not known. */
  readonly endedAt: string | null;
};

/** The steps of an attempt, by the names that hosts report. */
const TITLES: readonly (readonly [string, string])[] = [
  ['download', 'Download'],
  ['prepare', 'Prepare'],
  ['render', 'Render'],
  ['post', 'Post'],
];

type Attempt = Pick<WireAttempt, 'host' | 'startedAt' | 'endedAt' | 'outcome' | 'confirmedAt'>;
type Job = Pick<WireJob, 'status' | 'createdAt' | 'endedAt' | 'receipt'>;

/**
 * The steps of a job from its submission to its end, from its newest attempt. `steps` are those
 * that the host reported; null if it reports none. A step that nobody reported is "not known".
 */
export function describeJobSteps(
  job: Job,
  attempt: Attempt | null,
  steps: readonly KnownStep[] | null,
  hostSilent: boolean,
): readonly JobStep[] {
  const submitted = done('Submitted', job.createdAt, job.createdAt);
  if (attempt === null) {
    const word = job.endedAt === null ? 'waiting' : 'never claimed';
    const rest = ['Claimed', ...TITLES.map(([, title]) => title)];
    return [submitted, ...rest.map((title) => waiting(title, word)), last(job)];
  }
  const again = isQueued(job.status);
  return [
    submitted,
    done(`Claimed by ${named(attempt.host)}`, attempt.startedAt, attempt.startedAt),
    ...TITLES.map(([name, title]) => {
      const step = steps?.find((known) => known.name === name);
      return step === undefined
        ? waiting(title, wordOfMissing(attempt, steps))
        : describe(title, step, attempt, hostSilent, step === steps?.at(-1));
    }),
    again ? waiting('Done', 'waits for a new attempt') : last(job),
  ];
}

function describe(
  title: string,
  step: KnownStep,
  attempt: Attempt,
  hostSilent: boolean,
  isLast: boolean,
): JobStep {
  const { startedAt: at, endedAt } = step;
  // If an attempt did not complete, its last step was cut off.
  if (isLast && attempt.endedAt !== null && attempt.outcome !== 'completed') {
    const known = describeCutOff(attempt);
    return known === undefined
      ? { title, state: 'problem', word: 'its end is not known', at, endedAt: null }
      : { title, ...known, at, endedAt };
  }
  if (endedAt !== null) return done(title, at, endedAt);
  return hostSilent
    ? {
        title,
        state: 'problem',
        word: `last known, ${named(attempt.host)} is silent`,
        at,
        endedAt: null,
      }
    : { title, state: 'now', word: 'now', at, endedAt: null };
}

function describeCutOff({ outcome, confirmedAt }: Attempt) {
  if (outcome === 'failed') return { state: 'failed', word: 'failed' } as const;
  return confirmedAt === null ? undefined : PROVEN_CUT_OFF.get(outcome ?? '');
}

/** How the last step of an attempt ended, once its host has proven that it ended. */
const PROVEN_CUT_OFF: ReadonlyMap<string, Pick<JobStep, 'state' | 'word'>> = new Map([
  ['stopped', { state: 'stopped', word: 'stopped' }],
  ['released', { state: 'stopped', word: 'given back' }],
  ['hostFailed', { state: 'stopped', word: 'given back' }],
]);

/** What is known about a step that the host did not report. */
function wordOfMissing({ endedAt, outcome }: Attempt, steps: readonly KnownStep[] | null): string {
  if (steps === null) return 'not known';
  if (endedAt === null) return 'waiting';
  if (outcome === 'completed') return 'not needed';
  return outcome === 'failed' || outcome === 'stopped' ? 'not reached' : 'not known';
}

/** The end, with the word in the page heading. A stop has the time of its proof, or none. */
function last({ status, endedAt, receipt }: Job): JobStep {
  if (endedAt === null)
    return receipt === null ? waiting('Done', 'waiting') : waiting('Stopped', 'not proven yet');
  const end = endOf(status);
  if (end === 'finished') return done('Done', endedAt, endedAt);
  if (end === 'failed')
    return { title: 'Failed', state: 'failed', word: 'failed', at: endedAt, endedAt };
  const title = stoppedLabel(receipt);
  const isProven = title === 'Stopped';
  const at = isProven ? (receipt?.confirmedAt ?? endedAt) : null;
  const state = isProven ? 'stopped' : 'problem';
  return { title, state, word: 'see the receipt', at, endedAt: at };
}

function done(title: string, at: string, endedAt: string): JobStep {
  return { title, state: 'done', word: 'done', at, endedAt };
}

function waiting(title: string, word: string): JobStep {
  return { title, state: 'waiting', word, at: null, endedAt: null };
}

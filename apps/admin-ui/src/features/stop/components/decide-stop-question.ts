import {
  endKnownBy,
  type GetJobOutput,
  isFinal,
  statusLabel,
  type WireAttempt,
  type WireJob,
} from '@renderdeck/contract';
import {
  describeDeclared,
  describeOpenAttempt,
} from '../../../components/receipt/describe-unproven.ts';
import { named } from '../../../components/sentence.ts';
import { formatDuration, formatNumber, formatTime } from '../../../components/time/format-time.ts';

const SILENT_MS = 30_000;

type Details = Pick<GetJobOutput, 'attempts' | 'hostLastHeardAt'> | undefined;

export type StopQuestion =
  /** The job can be stopped: the dialog asks for confirmation. */
  | {
      readonly kind: 'confirm';
      readonly title: string;
      readonly body: string;
      readonly facts: readonly string[];
      readonly keepLabel: string;
      readonly stopLabel: string;
    }
  /** A stop was requested before: there is a receipt. */
  | { readonly kind: 'alreadyRequested'; readonly title: string; readonly body: string }
  /** The job has ended: there is nothing to stop. */
  | { readonly kind: 'ended'; readonly title: string; readonly body: string };

/** What the stop dialog says about the job as it is now; `details` may still be loading. */
export function decideStopQuestion(job: WireJob, details: Details, nowMs: number): StopQuestion {
  if (job.receipt !== null) {
    const { requestedBy, requestedAt } = job.receipt;
    return {
      kind: 'alreadyRequested',
      title: 'Already asked',
      body: `${requestedBy} asked to stop this at ${formatTime(requestedAt)}.`,
    };
  }
  if (isFinal(job.status)) {
    const at = job.endedAt === null ? '' : ` at ${formatTime(job.endedAt)}`;
    const ended = statusLabel(job, false, nowMs).toLowerCase();
    const body = [`It ${ended}${at}. Nothing to stop.`, ...openOf(job)].join(' ');
    return { kind: 'ended', title: 'Nothing to stop', body };
  }
  if (job.host === null || job.position !== null)
    return {
      kind: 'confirm',
      title: 'Remove from the queue?',
      body: describeWait(job, details),
      facts: factsOfWaiting(job, details),
      keepLabel: 'Keep in queue',
      stopLabel: 'Remove',
    };
  return {
    kind: 'confirm',
    title: 'Stop this render?',
    facts: [...factsOfRunning(details), ...openOf(job)],
    keepLabel: 'Keep rendering',
    ...describeRender(job, job.host, details, nowMs),
  };
}

/** `attempt` does not count an attempt that was given back at no cost. The list has it. */
function describeWait({ attempt, openAttempts }: WireJob, details: Details): string {
  const newest = attempt ?? details?.attempts[0]?.number ?? openAttempts.at(-1)?.number;
  if (newest !== undefined) return `It waits after attempt ${newest}.`;
  return details === undefined ? 'It waits.' : 'It has not started.';
}

function describeRender(
  job: WireJob,
  host: string,
  details: Details,
  nowMs: number,
): { body: string; stopLabel: string } {
  const lastHeardAt = details?.hostLastHeardAt ?? null;
  const silentMs = lastHeardAt === null ? 0 : nowMs - Date.parse(lastHeardAt);
  if (silentMs >= SILENT_MS) {
    const silent = `${named(host)} has been silent for ${formatDuration(silentMs)}.`;
    return {
      body:
        `${silent} It may still be rendering. A stop request is stored, and the host gets it ` +
        'when it answers.',
      stopLabel: 'Stop when it answers',
    };
  }
  const work =
    job.startedAt === null ? '' : `, ${formatDuration(nowMs - Date.parse(job.startedAt))} of work`;
  return {
    body: `on ${named(host)}. ${Math.floor(job.progress)} % done${work}.`,
    stopLabel: 'Stop render',
  };
}

const REMOVED_UNPROVEN =
  'If you remove it now, it reads “Not proven” until the host proves the end.';

/** What is known of earlier attempts; a job that never started has none. */
function factsOfWaiting(job: WireJob, details: Details): readonly string[] {
  if (job.openAttempts.length > 0) return [...openOf(job), REMOVED_UNPROVEN];
  if (details === undefined) return ['Earlier attempts: …'];
  if (details.attempts.length === 0)
    return ['No attempt was made: no process and no file of it is known.'];
  const unproven = details.attempts.filter((attempt) => endOfAttempt(attempt) === null);
  if (unproven.length > 0) return unproven.map(describeUnproven);
  const declared = details.attempts.flatMap(declaredOf);
  return declared.length > 0 ? declared : ['Every earlier attempt is proven to have ended.'];
}

/** An attempt that ended without a proof, and that this page does not know as open yet. */
function describeUnproven({ number, host }: WireAttempt): string {
  return `Nothing proves yet that attempt ${number} on ${named(host)} ended.`;
}

function openOf({ openAttempts }: WireJob): readonly string[] {
  return openAttempts.map(describeOpenAttempt);
}

function declaredOf(attempt: WireAttempt): readonly string[] {
  const { number, host, declared } = attempt;
  return declared === null || endOfAttempt(attempt) === 'proof'
    ? []
    : [describeDeclared({ number, host, ...declared })];
}

function endOfAttempt({ confirmedAt, declared }: WireAttempt) {
  return endKnownBy({ confirmedAt, declaration: declared });
}

/** One line each: the running processes, the temporary files, and the output. */
function factsOfRunning(details: Details): readonly string[] {
  const [attempt] = details?.attempts ?? [];
  if (attempt === undefined)
    return ['Processes on the host: …', 'Temporary files: will be removed', 'Finished output: …'];
  const names = [...new Set(attempt.processes.map(({ name }) => name))].join(', ');
  const count = attempt.processes.length;
  const processes = count === 0 ? 'none seen yet' : `${formatNumber(count)} (${names})`;
  return [
    `Processes on the host: ${processes}`,
    'Temporary files: will be removed',
    OUTPUT_TEXTS[attempt.output],
  ];
}

const OUTPUT_TEXTS = {
  none: 'Finished output: none yet',
  maybe: 'Finished output: something may be published already, and is kept',
  published: 'Finished output: kept',
} as const;

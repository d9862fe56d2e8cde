import { type GetJobOutput, isFinal, type WireAttempt, type WireJob } from '@renderdeck/contract';
import {
  describeDeclared,
  describeOpenAttempt,
} from '../../../components/receipt/describe-unproven.ts';
import { statusLabel } from '../../../components/status/status-label.ts';
import { formatCount, formatDuration, formatTime } from '../../../components/time/format-time.ts';

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
      body: job.attempt === null ? 'It has not started.' : `It waits after attempt ${job.attempt}.`,
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

function describeRender(
  job: WireJob,
  host: string,
  details: Details,
  nowMs: number,
): { body: string; stopLabel: string } {
  const lastHeardAt = details?.hostLastHeardAt ?? null;
  const silentMs = lastHeardAt === null ? 0 : nowMs - Date.parse(lastHeardAt);
  if (silentMs >= SILENT_MS) {
    const silent = `${host} has been silent for ${formatDuration(silentMs)}.`;
    return {
      body: `${silent} The order waits there until it answers.`,
      stopLabel: 'Leave the order',
    };
  }
  const work =
    job.startedAt === null ? '' : `, ${formatDuration(nowMs - Date.parse(job.startedAt))} of work`;
  return {
    body: `On ${host}. ${Math.floor(job.progress)} % done${work}.`,
    stopLabel: 'Stop render',
  };
}

/** What is known of earlier attempts; a job that never started has none. */
function factsOfWaiting(job: WireJob, details: Details): readonly string[] {
  if (job.attempt === null) return ['No process and no file exists for it.'];
  if (job.openAttempts.length > 0)
    return [...openOf(job), 'Removed now, it stays “Not proven” until that is proven.'];
  if (details === undefined) return ['Earlier attempts: …'];
  const declared = details.attempts.flatMap(declaredOf);
  return declared.length > 0 ? declared : ['Every earlier attempt is proven to have ended.'];
}

function openOf({ openAttempts }: WireJob): readonly string[] {
  return openAttempts.map(describeOpenAttempt);
}

function declaredOf({ number, host, confirmedAt, declared }: WireAttempt): readonly string[] {
  return declared === null || confirmedAt !== null
    ? []
    : [describeDeclared({ number, host, ...declared })];
}

/** One line each: the running processes, the temporary files, and the output. */
function factsOfRunning(details: Details): readonly string[] {
  const [attempt] = details?.attempts ?? [];
  if (attempt === undefined)
    return ['Processes on the host: …', 'Temporary files: will be removed', 'Output: …'];
  const names = [...new Set(attempt.processes.map(({ name }) => name))].join(', ');
  const processes =
    attempt.processes.length === 0
      ? 'not yet seen'
      : `${formatCount(attempt.processes.length, 'process', 'processes')}: ${names}`;
  return [
    `On the host: ${processes}`,
    'Temporary files: will be removed',
    OUTPUT_TEXTS[attempt.output],
  ];
}

const OUTPUT_TEXTS = {
  none: 'Output: nothing is out yet, and nothing will be',
  maybe: 'Output: it is going out now and may stay',
  published: 'Output: it is out already and stays',
} as const;

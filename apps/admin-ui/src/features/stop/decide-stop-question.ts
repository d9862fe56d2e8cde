import { type GetJobOutput, isFinal, type WireJob } from '@renderdeck/contract';
import { counted, duration, exactTime } from '../../components/time/format-time.ts';

export const SILENT_MS = 30_000;

type Details = Pick<GetJobOutput, 'attempts' | 'hostLastHeardAt'> | undefined;

export type StopQuestion =
  /** Asks, with what is known of the job and the two buttons. */
  | {
      readonly kind: 'ask';
      readonly title: string;
      readonly body: string;
      readonly facts: readonly string[];
      readonly keep: string;
      readonly stop: string;
    }
  /** Somebody asked before: there is a receipt. */
  | { readonly kind: 'asked'; readonly title: string; readonly body: string }
  /** Nothing is left to stop. */
  | { readonly kind: 'ended'; readonly title: string; readonly body: string };

/** What the stop dialog asks or says of the job as it is now; `details` may still be on their way. */
export function decideStopQuestion(job: WireJob, details: Details, nowMs: number): StopQuestion {
  if (job.receipt !== null) {
    const { requestedBy, requestedAt } = job.receipt;
    return {
      kind: 'asked',
      title: 'Already asked',
      body: `${requestedBy} asked to stop this at ${exactTime(requestedAt)}.`,
    };
  }
  if (isFinal(job.status)) {
    const at = job.endedAt === null ? '' : ` at ${exactTime(job.endedAt)}`;
    return { kind: 'ended', title: 'Nothing to stop', body: `It finished${at}. Nothing to stop.` };
  }
  if (job.host === null || job.position !== null) {
    const facts = ['No process and no file exists for it.'];
    return {
      kind: 'ask',
      title: 'Remove from the queue?',
      body: 'It has not started.',
      facts,
      keep: 'Keep in queue',
      stop: 'Remove',
    };
  }
  const title = 'Stop this render?';
  const facts = factsOf(details);
  const silentMs =
    details?.hostLastHeardAt == null ? 0 : nowMs - Date.parse(details.hostLastHeardAt);
  if (silentMs >= SILENT_MS) {
    const body = `${job.host} has been silent for ${duration(silentMs)}. The order waits there until it answers.`;
    return { kind: 'ask', title, body, facts, keep: 'Keep rendering', stop: 'Leave the order' };
  }
  const work =
    job.startedAt === null ? '' : `, ${duration(nowMs - Date.parse(job.startedAt))} of work`;
  const body = `On ${job.host}. ${Math.floor(job.progress)} % done${work}.`;
  return { kind: 'ask', title, body, facts, keep: 'Keep rendering', stop: 'Stop render' };
}

/** One line each: what runs, what becomes of the files, and on which side of the publish gate the job is. */
function factsOf(details: Details): readonly string[] {
  const [attempt] = details?.attempts ?? [];
  if (attempt === undefined)
    return ['Processes on the host: …', 'Temporary files: will be removed', 'Output: …'];
  const names = [...new Set(attempt.processes.map(({ name }) => name))].join(', ');
  const seen =
    attempt.processes.length === 0
      ? 'not yet seen'
      : `${counted(attempt.processes.length, 'process', 'processes')}: ${names}`;
  return [`On the host: ${seen}`, 'Temporary files: will be removed', GATE_WORDS[attempt.output]];
}

const GATE_WORDS = {
  none: 'Output: nothing is out yet, and nothing will be',
  maybe: 'Output: it is going out now, part of it may stay',
  published: 'Output: it is out already and stays',
} as const;

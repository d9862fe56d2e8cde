import {
  endOf,
  isFinal,
  isStopping,
  type JobStatus,
  mayRunOf,
  shortOutcome,
  type WireJob,
} from '@renderdeck/contract';

/** What a notice of the browser says; `key` is the same for the same event, in every tab. */
export type JobNotice = {
  readonly key: string;
  readonly kind: 'ended' | 'notProven';
  readonly title: string;
  readonly body: string;
};

/**
 * The notice of a change of a job; null where it is worth none. A stopped job has ended only once
 * nothing of it may still run; until then its stop is not proven.
 */
export function describeNotice(job: WireJob, previous: JobStatus | null): JobNotice | null {
  const end = endOf(job.status);
  if (end === 'stopped') return ofCancelled(job);
  if (end === null || (previous !== null && isFinal(previous))) return null;
  const where = job.host === null ? '' : `On ${job.host}. `;
  if (end === 'failed') return ended(job, `Failed: ${job.name}`, where + (job.failure ?? ''));
  return ended(job, `Finished: ${job.name}`, where);
}

/** The notice of a stop that takes longer than the limit; null where it is not one. */
export function describeLateStop(job: WireJob): JobNotice | null {
  if (!isStopping(job.status)) return null;
  const host = job.host === null ? '' : ` on ${job.host}`;
  return notProven(job, `It was asked to stop, and may still be rendering${host}.`);
}

function ofCancelled(job: WireJob): JobNotice | null {
  const outcome = job.receipt?.outcome;
  if (outcome === undefined || outcome === 'cancelling' || outcome === 'finishedFirst') return null;
  const mayRunOn = mayRunOf(job).map(({ host }) => host);
  const { label, text } = shortOutcome(outcome, mayRunOn);
  return outcome === 'unconfirmed'
    ? notProven(job, text)
    : ended(job, `${label}: ${job.name}`, text);
}

function ended({ id }: WireJob, title: string, body: string): JobNotice {
  return { key: `${id} ended`, kind: 'ended', title, body: body.trim() };
}

function notProven({ id, name }: WireJob, body: string): JobNotice {
  return { key: `${id} notProven`, kind: 'notProven', title: `Not proven: ${name}`, body };
}

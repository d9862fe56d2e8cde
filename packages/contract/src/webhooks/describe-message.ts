import { endOf, visibleText } from '@renderdeck/domain';
import { shortOutcome } from '../jobs/describe-stop.ts';
import { finishedText } from '../jobs/status-label.ts';
import type { WebhookMessage } from './message.ts';

/**
 * A message in words, with no more than the message itself knows. It is one line without control
 * characters, so no name and no failure can look like another message.
 */
export function describeMessage({ data }: Pick<WebhookMessage, 'data'>): string {
  return visibleText(sentencesOf(data).replace(/\s+/g, ' '));
}

type Data = WebhookMessage['data'];

function sentencesOf(data: Data): string {
  const { job, stop, host, queue, test } = data;
  if (job !== undefined) {
    const warnings = (job.warnings ?? []).map((warning) => ` ${warning}`).join('');
    return `${ofJob(job, stop ?? null)}${warnings} Submitted by ${job.submittedBy}.`;
  }
  if (host !== undefined)
    return `Silent: ${host.name} was last heard ${host.lastHeardAt}.${heldJobs(host.jobs)}`;
  if (queue !== undefined) return ofQueue(queue);
  return `Test of this webhook, by ${test?.by ?? 'an admin'}. Nothing has happened.`;
}

function ofJob(
  { name, status, host, failure, output }: NonNullable<Data['job']>,
  stop: NonNullable<Data['stop']> | null,
): string {
  if (endOf(status) === 'failed')
    return `Failed: ${name}${host === null ? '' : ` on ${host}`}. ${failure ?? ''}`.trim();
  if (stop === null) return `${finishedText({ output })}: ${name}.`;
  // A message about a stop that still goes on is written only after the limit.
  const { title, text } = shortOutcome(stop.outcome, stop.mayRunOn, true);
  return `${title}: ${name}. ${text}`;
}

function ofQueue({ since, waiting, rendering }: NonNullable<Data['queue']>): string {
  const stood = `after nothing had rendered since ${since}`;
  if (rendering > 0) return `Queue goes on: a job renders, ${stood}.`;
  if (waiting === 0) return `Queue settled: no job waits, ${stood}.`;
  const jobs = waiting === 1 ? '1 job waits' : `${waiting} jobs wait`;
  return `Queue stuck: ${jobs}, and nothing has rendered since ${since}.`;
}

function heldJobs(jobs: readonly { readonly name: string }[]): string {
  if (jobs.length === 0) return '';
  const names = jobs.map(({ name }) => name).join(', ');
  const held = jobs.length === 1 ? 'a job' : `${jobs.length} jobs`;
  return ` It held ${held} that may go on: ${names}.`;
}

/** The page that shows what a message is about, below the address of Renderdeck for people. */
export function linkOfMessage(publicUrl: string, { data }: Pick<WebhookMessage, 'data'>): string {
  const base = publicUrl.replace(/\/+$/, '');
  if (data.job !== undefined) return `${base}/jobs/${data.job.id}`;
  if (data.host !== undefined) return `${base}/hosts?host=${encodeURIComponent(data.host.name)}`;
  if (data.queue !== undefined) return `${base}/queue?show=active`;
  return `${base}/notices`;
}

import { endOf } from '@renderdeck/domain';
import type { WebhookMessage } from './message.ts';

/** A message in words, which never say more than it knows. */
export function describeMessage({ type, data }: Pick<WebhookMessage, 'type' | 'data'>): string {
  const { job, stop, host, test } = data;
  if (job !== undefined) {
    const stopped = stop ?? null;
    return `${ofJob(type, job, stopped)} Submitted by ${job.submittedBy}.`;
  }
  if (host !== undefined)
    return `Silent: ${host.name} was last heard ${host.lastHeardAt}.${heldJobs(host.jobs)}`;
  return `Test of this webhook, by ${test?.by ?? 'an admin'}. Nothing has happened.`;
}

type Data = WebhookMessage['data'];

function ofJob(
  type: WebhookMessage['type'],
  { name, status, host, failure }: NonNullable<Data['job']>,
  stop: NonNullable<Data['stop']> | null,
): string {
  if (type === 'stop.notProven') {
    const hosts = stop?.mayRunOn ?? [];
    const where = hosts.length === 0 ? '' : ` on ${hosts.join(', ')}`;
    return `Not proven: ${name}. Something of it may still run${where}.`;
  }
  if (endOf(status) === 'failed')
    return `Failed: ${name}${host === null ? '' : ` on ${host}`}. ${failure ?? ''}`.trim();
  if (stop === null) return `Finished: ${name}.`;
  switch (stop.outcome) {
    case 'cancelled':
      return `Stopped: ${name}. Nothing of it is running.`;
    case 'declared':
      return `Not proven: ${name}. A host was declared gone, so it counts as ended.`;
    case 'finishedFirst':
      return `Finished first: ${name} ended before the stop. Its output is kept.`;
    case 'cancelling':
    case 'unconfirmed':
      return `Not proven: ${name}.`;
  }
}

function heldJobs(jobs: readonly { readonly name: string }[]): string {
  if (jobs.length === 0) return '';
  const names = jobs.map(({ name }) => name).join(', ');
  const held = jobs.length === 1 ? 'a job' : `${jobs.length} jobs`;
  return ` It held ${held} that may go on: ${names}.`;
}

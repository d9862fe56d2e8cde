import {
  endOf,
  finishedText,
  isStopping,
  type JobStatus,
  shortStop,
  type ToldProblems,
  type WireHost,
  type WireJob,
} from '@renderdeck/contract';
import { named } from '../components/sentence.ts';
import { formatDayTime } from '../components/time/format-time.ts';

/** What a notice of the browser says; `key` is the same for the same event, in every tab. */
export type Notice = {
  readonly key: string;
  readonly kind: 'ended' | 'failed' | 'notProven' | 'hostSilent' | 'queueStuck';
  readonly title: string;
  readonly body: string;
};

/**
 * The notice of a change of a job; null for a change without one. A stopped job has ended only when
 * no attempt of it may still run. Until then its stop is not proven.
 */
export function describeChange(job: WireJob, previous: JobStatus | null): Notice | null {
  const end = endOf(job.status);
  if (end === 'stopped') return ofStop(job);
  // A job may end twice: it failed, and a late report says that it had completed.
  if (end === null || previous === job.status) return null;
  const where = job.host === null ? '' : `On ${named(job.host)}. `;
  if (end === 'failed') return ofJob(job, 'failed', 'Failed', where + named(job.failure ?? ''));
  return ofStop(job) ?? ofJob(job, 'ended', finishedText(job), where);
}

/** The notice of a stop that takes longer than the limit. Null for any other job. */
export function describeLateStop(job: WireJob): Notice | null {
  return isStopping(job.status) ? ofStop(job) : null;
}

/** Null if nobody asked to stop the job. A stop that still goes on is told only as a late one. */
function ofStop(job: WireJob): Notice | null {
  const { receipt } = job;
  if (receipt === null) return null;
  const { title, text } = shortStop(receipt, Number.POSITIVE_INFINITY);
  const mayRun = receipt.outcome === 'cancelling' || receipt.outcome === 'unconfirmed';
  return ofJob(job, mayRun ? 'notProven' : 'ended', title, text);
}

function ofJob(
  { id, name, warnings }: WireJob,
  kind: 'ended' | 'failed' | 'notProven',
  word: string,
  text: string,
): Notice {
  const body = [text, ...warnings].join(' ').trim();
  return { key: `${id} ${kind}`, kind, title: `${word}: ${named(name)}`, body };
}

type Told = { readonly name: string; readonly notice: Notice };

/** The notices of hosts that are silent now and were not before, each with the host's name. */
export function describeSilences(
  before: ToldProblems,
  now: ToldProblems,
  hosts: readonly WireHost[],
): readonly Told[] {
  const keyOf = ({ name, lastHeardAt }: ToldProblems['silentHosts'][number]) =>
    `silent ${lastHeardAt} ${name}`;
  const known = new Set(before.silentHosts.map(keyOf));
  return now.silentHosts
    .filter((one) => !known.has(keyOf(one)))
    .map((one) => {
      const jobs = hosts.find(({ name }) => name === one.name)?.jobs ?? [];
      const held = jobs.map(({ name }) => named(name)).join(', ');
      const body =
        `It was last heard ${formatDayTime(one.lastHeardAt)}.` +
        (held === '' ? '' : ` It held what may go on: ${held}.`);
      const title = `Silent: ${named(one.name)}`;
      return { name: one.name, notice: { key: keyOf(one), kind: 'hostSilent', title, body } };
    });
}

/** The notice that the queue is stuck, or no longer; null if neither is new. */
export function describeQueue(before: ToldProblems, now: ToldProblems): Notice | null {
  const [was, is] = [before.queueStuckSince, now.queueStuckSince];
  if (was === is) return null;
  const kind = 'queueStuck';
  if (is !== null) {
    const body = `Jobs wait, and nothing has rendered since ${formatDayTime(is)}.`;
    return { key: `stuck ${is}`, kind, title: 'Queue stuck', body };
  }
  const since = formatDayTime(was ?? '');
  const body = `Nothing had rendered since ${since}. Now a job does, or none waits.`;
  return { key: `settled ${was}`, kind, title: 'Queue goes on', body };
}

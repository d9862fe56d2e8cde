import { decideSetTags, type Job, type JobView } from '@renderdeck/domain';
import { getLockedJobView, inTransaction, lockJob, notifyWaits } from '@renderdeck/store';
import { type AdminContext, audit, type Result, reject } from '../operation-context.ts';
import { saveChange } from '../save-change.ts';
import { findChangeSince } from './find-change-since.ts';
import { MOST_WAIT_MS } from './lock-jobs.ts';

export type TagsChange = {
  readonly id: string;
  /** As readTags gives them. */
  readonly tags: readonly string[];
  readonly expectedVersion: number | null;
};

/**
 * Sets the tags of a queued job, and notifies idle hosts, which may claim it from now on. Rejected
 * if the job is unknown or not queued, or if the caller saw an older version.
 */
export async function setTags(
  { db, requestContext }: Pick<AdminContext, 'db' | 'requestContext'>,
  { id, tags, expectedVersion }: TagsChange,
  mostWaitMs = MOST_WAIT_MS,
): Promise<Result<{ readonly view: JobView }>> {
  const work = async (tx: Parameters<typeof lockJob>[0]): Promise<Result<{ view: JobView }>> => {
    const locked = await lockJob(tx, id);
    if (locked === null) return reject({ code: 'unknownJob', id });
    const { job: before } = locked;
    const decision = decideSetTags(before, tags, expectedVersion);
    if (!decision.ok) return reject(await findChangeSince(tx, id, decision.rejection));
    const { job, noop } = decision;
    if (!noop) {
      const facts = { before: nameTags(before), after: nameTags(job) };
      const { name } = requestContext.actor;
      await saveChange(tx, before, job, { event: 'setTags', actor: name, facts });
      await notifyWaits(tx, job);
    }
    await audit(tx, requestContext, {
      action: 'setTags',
      outcome: noop ? 'noop' : 'done',
      jobId: id,
      before: { tags: nameTags(before) },
      after: { tags: nameTags(job) },
    });
    return { ok: true, view: await getLockedJobView(tx, id) };
  };
  return await inTransaction(db, work, { mostWaitMs });
}

function nameTags({ tags }: Job): string {
  return tags.length === 0 ? 'none' : tags.join(', ');
}

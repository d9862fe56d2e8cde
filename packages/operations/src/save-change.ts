import { type Job, queueKey, TRANSITIONS } from '@renderdeck/domain';
import {
  type ChangeEvent,
  type Database,
  insertJobChange,
  JOBS_CHANNEL,
  notify,
  saveJob,
} from '@renderdeck/store';

export type Change = {
  readonly event: ChangeEvent;
  readonly actor: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** Set by a cancel: the attempt to stop, or null if no attempt may still run. */
  readonly stopAttemptId?: string | null;
};

/**
 * Saves a locked job with its row of history, and notifies. Every change of a job after its
 * submission is saved here, except a claim, which does the same in one statement. Returns the new
 * queue key, or null if the job is not queued.
 */
export async function saveChange(
  tx: Database,
  before: Job,
  after: Job,
  change: Change,
): Promise<bigint | null> {
  const queueKeyAfter = await saveJob(tx, before, after, change.stopAttemptId);
  const queueKeyBefore = before.status === TRANSITIONS.claim.from ? queueKey(before) : null;
  const moved = queueKeyBefore !== queueKeyAfter;
  await insertJobChange(tx, {
    jobId: after.id,
    version: after.version,
    event: change.event,
    statusBefore: before.status,
    statusAfter: after.status,
    actor: change.actor,
    facts: change.facts ?? {},
    queueKeyBefore: moved ? queueKeyBefore : null,
    queueKeyAfter: moved ? queueKeyAfter : null,
  });
  await notify(tx, JOBS_CHANNEL);
  return queueKeyAfter;
}

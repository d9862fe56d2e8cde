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
  /** Set where a stop is asked for: the attempt it hits, null where none ran. */
  readonly stopAttemptId?: string | null;
};

/**
 * Saves a locked job with its row of history, and notifies: the one way in which a job changes
 * after its submission. A claim does the same in one statement. Gives the queue key after it.
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

import type { Job } from '@renderdeck/domain';
import { type ChangeEvent, changeJob, type Database } from '@renderdeck/store';

export type Change = {
  readonly event: ChangeEvent;
  readonly actor: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** Set by a cancel: the attempt to stop, or null if no attempt may still run. */
  readonly stopAttemptId?: string | null;
  /** Set by a cancel that is traced: its traceparent. */
  readonly stopTrace?: string | undefined;
  /** Set by a cancel: the channel of the worker, and the attempt that it must stop. */
  readonly asked?: { readonly channel: string; readonly attemptId: string } | null;
};

/**
 * Saves a locked job with its row of history. Every change of a job after its
 * submission is saved by this statement, except a claim and a change of priority, which do the same
 * in their own statements. Throws if the job was not locked and has changed.
 */
export async function saveChange(
  tx: Database,
  before: Job,
  after: Job,
  { stopAttemptId, stopTrace, asked = null, ...line }: Change,
): Promise<void> {
  const attempt = stopAttemptId === undefined ? {} : { stopAttemptId };
  const trace = stopTrace === undefined ? {} : { stopTrace };
  if (!(await changeJob(tx, { before, after, line, asked, ...attempt, ...trace })))
    throw new Error(
      `job ${before.id} was saved without its lock: version ${before.version} is gone`,
    );
}

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { mayBeDone } from '@renderdeck/client';
import { Option } from 'commander';
import { explainFailure, Failure } from './explain-failure.ts';

const REPEAT_AFTER_MS = 500;

/** The options of the commands that queue a job. */
export type NewJob = {
  readonly priority?: number;
  readonly name?: string;
  readonly idempotencyKey?: string;
  readonly json?: boolean;
};

export function keyOption(): Option {
  return new Option(
    '--idempotency-key <key>',
    'the key of an earlier try; each key queues one job (default: a new key)',
  );
}

/**
 * Queues a job once. A key goes with the job. When no answer says whether the job is queued, both
 * are sent again. Fails with `outcome_unknown` and the key when the second try gets no answer.
 */
export async function queueOnce<Result>(
  { url, key = randomUUID() }: { url: string; key?: string | undefined },
  send: (idempotencyKey: string) => Promise<Result>,
): Promise<Result> {
  try {
    return await send(key);
  } catch (error) {
    if (!mayBeDone(error)) throw error;
  }
  await setTimeout(REPEAT_AFTER_MS);
  try {
    return await send(key);
  } catch (error) {
    const why = explainFailure(error, url);
    throw new Failure(
      'outcome_unknown',
      `The job may be queued; repeat this with --idempotency-key ${key}, and it is queued ` +
        `only once. The last try: ${why}`,
    );
  }
}

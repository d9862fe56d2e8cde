import { randomUUID } from 'node:crypto';
import { queuePosition } from '@renderdeck/domain';
import { expect } from 'vitest';
import type { groupPriorityChanges, PriorityResult } from '../../src/index.ts';
import { type aFarm, aRequestContext } from '../../testing/index.ts';

type Waiting = { readonly id: string; readonly priority: number; readonly queueSeq: number };
type Change = { readonly id: string; readonly priority: number; readonly by: string };
type Grouped = ReturnType<typeof groupPriorityChanges>;

/**
 * Sends all changes at once, to these servers in turn, while nothing else changes the queue. All
 * must succeed. Expects that each position is exact: in the queue after all changes of its own and
 * of earlier transactions. `before` is the position that the job would have there with its earlier
 * priority. Gives the number of transactions.
 */
export async function changeAtOnce(
  { db, sql }: ReturnType<typeof aFarm>,
  servers: readonly Grouped[],
  changes: readonly Change[],
): Promise<{ readonly outcomes: readonly PriorityResult[]; readonly transactions: number }> {
  let queue: readonly Waiting[] = await sql<Waiting[]>`
    select id, priority, queue_seq::int as "queueSeq" from jobs where queue_key is not null`;
  const sent = changes.map((change) => ({ ...change, requestId: randomUUID() }));
  const outcomes = await Promise.all(
    sent.map(({ id, priority, by, requestId }, index) => {
      const requestContext = { ...aRequestContext(db, by).requestContext, requestId };
      const change = { id, priority, expectedVersion: null };
      return servers[index % servers.length]?.(requestContext, change);
    }),
  );
  const lines = await sql<{ xid: string; requestId: string }[]>`
    select xid::text, request_id as "requestId" from audit_log
    where request_id = any (string_to_array(${sent.map(({ requestId }) => requestId).join()}, ','))
    order by id`;
  expect(lines).toHaveLength(changes.length);
  const transactions = [...new Set(lines.map(({ xid }) => xid))];
  for (const transaction of transactions) {
    const own = lines.filter(({ xid }) => xid === transaction).map(({ requestId }) => requestId);
    const group = sent.flatMap((one, index) =>
      own.includes(one.requestId) ? [{ ...one, outcome: outcomes[index] }] : [],
    );
    const before = queue;
    queue = before.map((job) => ({
      ...job,
      priority: group.find(({ id }) => id === job.id)?.priority ?? job.priority,
    }));
    for (const { id, priority, by, outcome } of group) {
      const job = before.find((one) => one.id === id);
      if (job === undefined) throw new Error(`job ${id} did not wait`);
      expect(outcome, `${id} to ${priority}`).toMatchObject({
        view: { job: { id, priority } },
        receipt: {
          priority: { before: job.priority, after: priority },
          position: {
            before: queuePosition(
              job,
              queue.filter((one) => one.id !== id),
            ),
            after: queuePosition({ ...job, priority }, queue),
          },
          changedBy: by,
          noop: job.priority === priority,
        },
      });
    }
  }
  return { outcomes: outcomes.flatMap((one) => one ?? []), transactions: transactions.length };
}

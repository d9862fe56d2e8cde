/*
 * The numbers of the farm by which somebody is alerted. Two processes show the same; only the
 * messages that were given up count on the process that gave them up.
 */
import { cancelJob, type HostState, renewLeases } from '@renderdeck/operations';
import { HEALTHY } from '@renderdeck/operations/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';
import { receiverOfFile } from '../webhooks/webhook-receiver.ts';
import { readSamples } from './read-samples.ts';

const LOOPBACK = { webhookNetworks: ['127.0.0.0/8'] };
const GIVEN_UP = 'renderdeck_webhook_messages_given_up_total';
const farm = farmOfFile();
const receiver = receiverOfFile();
const apis = [apiOfFile(farm, LOOPBACK), apiOfFile(farm, LOOPBACK)] as const;

/** The numbers of the farm with these names, which are the same on both processes. */
async function measure(names: RegExp): Promise<Record<string, number>> {
  const [one, other] = await Promise.all(apis.map((api) => readSamples(api, names)));
  expect(one).toEqual(other);
  return one ?? {};
}

test('the age of the oldest waiting job is that of the job that waits longest', async () => {
  const oldest = async () =>
    (await readSamples(apis[0], /^renderdeck_queue/)).renderdeck_queue_oldest_seconds;
  expect(await oldest()).toBe(0);
  const { job: old } = await farm.submit('Old', 10);
  await farm.submit('New and first', 90);
  await farm.sql`
    update jobs set created_at = created_at - interval '2 hours' where id = ${old.id}`;
  expect(await oldest()).toBeGreaterThanOrEqual(7200);
  expect(await oldest()).toBeLessThan(7800);
});

test('hosts count by the kind of their problem, and the disk with least space counts', async () => {
  const report = async (name: string, change: Partial<HostState>) => {
    const host = await farm.signOn(name);
    const state = { ...HEALTHY, ...change };
    await renewLeases(host, { attemptIds: [], leaseMs: 600_000, state });
  };
  expect(await measure(/least_free/)).toEqual({});
  const full = { problem: 'Only 5 MB are free.', problemKind: 'disk' } as const;
  await report('a', { ...full, freeBytes: 5_000_000 });
  await report('b', { ...full, freeBytes: 4_000_000 });
  await report('c', { problem: 'It is an old worker.', problemKind: null });
  await report('d', { freeBytes: 900 });
  await report('e', { freeBytes: null });
  await farm.sql`
    update render_hosts set last_heard_at = last_heard_at - interval '1 hour'
    where name in ('b', 'd', 'e')`;
  await farm.sql`update render_hosts set gone_at = clock_timestamp() where name = 'e'`;
  const { 'renderdeck_host_problems{kind="disk"}': disk, ...others } =
    await measure(/host_problems/);
  expect(disk).toBe(1);
  expect(Object.entries(others).filter(([, count]) => count > 0)).toEqual([
    ['renderdeck_host_problems{kind="other"}', 1],
  ]);
  expect(await measure(/hosts_(least|missing)/)).toEqual({
    renderdeck_hosts_least_free_bytes: 5_000_000,
    renderdeck_hosts_missing: 2,
  });
});

test('a stop without a proof counts after 30 s, until its proof or a declaration', async () => {
  const notProven = async () => (await measure(/^renderdeck_stops/)).renderdeck_stops_not_proven;
  const { job } = await farm.submit('Stopped', 100);
  await farm.worker.claim();
  await cancelJob(farm.context, { id: job.id, reason: null });
  expect(await notProven()).toBe(0);
  await farm.sql`
    update jobs set stop_requested_at = stop_requested_at - interval '31 seconds'
    where id = ${job.id}`;
  expect(await notProven()).toBe(1);
  await farm.worker.lose(job.id);
  expect(await notProven()).toBe(1);
  await farm.sql`
    update attempts set declared_at = clock_timestamp(), declared_by = 'ada',
      declared_reason = 'Scrapped.' where job_id = ${job.id}`;
  expect(await notProven()).toBe(0);
});

test('audit lines count until they are sealed, with the age of the oldest', async () => {
  const unsealed = async () => {
    const seen = await readSamples(apis[0], /^renderdeck_audit_unsealed/);
    return [seen.renderdeck_audit_unsealed_lines, seen.renderdeck_audit_unsealed_seconds];
  };
  await expect.poll(unsealed).toEqual([0, 0]);
  const sealer = await holdOpen(farm.db, (tx) => tx.execute(`select take_work_lock('auditSeals')`));
  await farm.sql`
    insert into audit_log (at, actor_kind, actor, channel, action, outcome)
    select clock_timestamp() - n * interval '1 hour', 'user', 'ada', 'rest', 'cancelJob', 'done'
    from generate_series(1, 2) n`;
  const [lines, seconds] = await unsealed();
  expect(lines).toBe(2);
  expect(seconds).toBeGreaterThanOrEqual(7200);
  await sealer.commit();
  await expect.poll(unsealed).toEqual([0, 0]);
});

test('messages count while they wait, and once when one process gives them up', async () => {
  const { createWebhook, updateWebhook, testWebhook } = apis[0].trpc('ada');
  await createWebhook.mutate({ name: 'desk', address: receiver.url, events: ['ended'] });
  const waiting = async () => await measure(/^renderdeck_webhook_messages[{]/);
  const givenUp = async () => {
    const both = await Promise.all(apis.map((api) => readSamples(api, /given_up/)));
    return both.reduce((sum, one) => sum + (one[GIVEN_UP] ?? Number.NaN), 0);
  };
  const end = async () => {
    const { job } = await farm.submit('Ends', 100);
    await farm.worker.claim();
    await farm.worker.complete(job.id);
  };
  const counts = (fresh: number, retrying: number) => ({
    'renderdeck_webhook_messages{state="fresh"}': fresh,
    'renderdeck_webhook_messages{state="retrying"}': retrying,
  });
  receiver.answer(503, 'not now', { 'retry-after': '900' });
  await end();
  await expect.poll(waiting).toEqual(counts(0, 1));
  await end();
  expect(await waiting()).toEqual(counts(1, 1));
  expect(await givenUp()).toBe(0);
  // A test message is given up at once, and does not count.
  await testWebhook.mutate({ name: 'desk' });
  expect(await givenUp()).toBe(0);
  receiver.answer(410);
  await farm.sql`update webhooks set paused_until = null`;
  await farm.sql`update webhook_deliveries set next_try_at = clock_timestamp()`;
  await expect.poll(givenUp).toBe(2);
  // Its messages do not wait while it is disabled.
  await updateWebhook.mutate({ name: 'desk', disabled: false });
  receiver.answer(503, 'not now', { 'retry-after': '900' });
  await end();
  await expect.poll(waiting).toEqual(counts(0, 1));
  await updateWebhook.mutate({ name: 'desk', disabled: true });
  expect(await waiting()).toEqual(counts(0, 0));
});

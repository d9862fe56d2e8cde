/*
 * One connection of an API's pool becomes silent. Calls in one group wait for each other, so the
 * calls on that connection must end, or no later call would ever run.
 */
import { sqlState } from '@renderdeck/store';
import { connect } from '@renderdeck/store/connect';
import { startSilencingProxy } from '@renderdeck/testing/silence-one';
import { expect, it, onTestFinished } from 'vitest';
import { createSubmitter, findJobView, groupPriorityChanges } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  expectDone,
  NEXRENDER_JOB,
} from '../../testing/index.ts';

const farm = aFarm();

/** An API whose pool has opened all its connections. */
async function anApi() {
  const proxy = await startSilencingProxy(farm.databaseUrl);
  const bounds = { silentAfterMs: 4000, mostIdleMs: 4000 };
  const store = connect(proxy.url, { name: 'silenced api', ...bounds });
  onTestFinished(async () => {
    await store.close();
    await proxy.close();
  });
  const all = Array.from({ length: 8 }, () => store.db.execute('select pg_sleep(0.1)'));
  await Promise.all(all);
  return { proxy, context: aRequestContext(store.db) };
}
/** An error that the API answers with 503: nobody knows whether the call changed something. */
const unknownOutcome = (error: unknown) => /^CONNECTION_\w+$/.test(sqlState(error) ?? '');

it.each(['for update', 'take_work_lock'])(
  'later changes of priority succeed although a connection became silent at: %s',
  async (text) => {
    const ids: string[] = [];
    while (ids.length < 5) ids.push((await aQueuedJob(farm)).job.id);
    const { proxy, context } = await anApi();
    const set = groupPriorityChanges(context.db);
    const change = (id = '') =>
      set(context.requestContext, { id, priority: 61, expectedVersion: null });
    const silent = proxy.silenceAt(text, 'statement');
    const first = change(ids[0]);
    const failed = expect(first).rejects.toSatisfy(unknownOutcome);
    await silent;
    const others = ids.slice(1).map(change);
    await failed;
    for (const outcome of await Promise.all(others)) expectDone(outcome);
    expect((await findJobView(farm.db, ids[0] ?? ''))?.job.priority).not.toBe(61);
    await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
  },
  60_000,
);

it('later submits succeed, and a submit whose answer was lost is not repeated', async () => {
  const { proxy, context } = await anApi();
  const submit = createSubmitter(context);
  const send = (name: string) =>
    submit(context, { name, priority: 50, nexrenderJob: NEXRENDER_JOB });
  expectDone(await send('Before'));
  const failed: Promise<void>[] = [];
  // As many submits as may run at the same time.
  for (const name of ['First', 'Second']) {
    const silent = proxy.silenceAt(name, 'answer');
    failed.push(expect(send(name)).rejects.toSatisfy(unknownOutcome));
    await silent;
  }
  const others = ['Third', 'Fourth'].map(send);
  await Promise.all(failed);
  for (const outcome of await Promise.all(others)) expectDone(outcome);
  const names = await farm.sql<{ name: string }[]>`select name from jobs order by name`;
  expect(names.map(({ name }) => name)).toEqual(['Before', 'First', 'Fourth', 'Second', 'Third']);
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
}, 180_000);

import { waitFor } from '@testing-library/react';
import { expect, it, onTestFinished } from 'vitest';
import { getJobOptions } from '../api/get-job.ts';
import { aFakeFarm } from '../testing/render-app.tsx';
import { createTestApi } from '../testing/test-api.ts';
import { followChanges } from './follow-changes.ts';

/** A farm, and the API of a page that follows it until the end of the test. */
async function followFarm() {
  const { fake, queued } = aFakeFarm();
  const api = createTestApi(fake, 'ada');
  const seen: (string | undefined)[] = [];
  api.changes.subscribe(({ change, before }) => seen.push(change.event, before?.status));
  onTestFinished(followChanges(api));
  await waitFor(() => expect(api.connection.state().kind).toBe('live'));
  const [first = ''] = queued;
  return { fake, api, seen, first, options: getJobOptions(api, first) };
}

it('a change reaches the page by the stream alone, with what was known before', async () => {
  const { fake, api, seen, first } = await followFarm();
  fake.farm.claimNext('render-02');
  await waitFor(() =>
    expect(api.jobs.get(first)).toMatchObject({ status: 'RENDERING', host: 'render-02' }),
  );
  fake.farm.progress(first, 30);
  await waitFor(() => expect(api.jobs.get(first)?.progress).toBe(30));
  fake.farm.complete(first);
  await waitFor(() => expect(seen).toEqual(['claim', undefined, 'complete', 'RENDERING']));
});

it('each change of one frame reaches the page, in order', async () => {
  const { fake, api, seen, first, options } = await followFarm();
  const { job } = await api.queryClient.fetchQuery(options);
  api.jobs.put([job]);
  const { at, actor } = { at: new Date().toISOString(), actor: 'render-01' };
  const [claimed, done] = (['RENDERING', 'COMPLETED'] as const).map((status, index) => ({
    ...job,
    status,
    version: job.version + 1 + index,
  }));
  if (claimed === undefined || done === undefined) throw new Error('There are two.');
  fake.farm.publish({
    type: 'changes',
    changes: [
      { at, event: 'claim', previousStatus: 'QUEUED', actor, version: 2, job: claimed },
      { at, event: 'complete', previousStatus: 'RENDERING', actor, version: 3, job: done },
    ],
  });
  await waitFor(() => expect(seen).toEqual(['claim', 'QUEUED', 'complete', 'RENDERING']));
  expect(api.jobs.get(first)?.status).toBe('COMPLETED');
  expect(api.queryClient.getQueryState(options.queryKey)?.isInvalidated).toBe(true);
});

it('a gap is named, every query is read again, and a job may go back', async () => {
  const { fake, api, first, options } = await followFarm();
  const { job } = await api.queryClient.fetchQuery(options);
  api.jobs.put([{ ...job, version: job.version + 5, status: 'CANCELLED' }]);
  await api.queryClient.fetchQuery(options);
  expect(api.jobs.get(first)?.status).toBe('CANCELLED');
  fake.farm.publish({ type: 'alive', at: new Date().toISOString(), gap: true, missed: 0 });
  await waitFor(() => expect(api.connection.gap()).not.toBeNull());
  expect(api.queryClient.getQueryState(options.queryKey)?.isInvalidated).toBe(true);
  await api.queryClient.fetchQuery(options);
  expect(api.jobs.get(first)).toMatchObject({ status: 'QUEUED', version: job.version });
});

it('sets the page’s clock by the server’s', async () => {
  const { fake, api } = await followFarm();
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  fake.farm.publish({ type: 'alive', at: ahead, gap: false, missed: 0 });
  await waitFor(() => expect(api.clock.now() - Date.now()).toBeGreaterThan(3_500_000));
});

it('refetches the signed-in user when the session is over', async () => {
  const { fake } = aFakeFarm();
  const api = createTestApi(fake, null);
  await expect(api.queryClient.fetchQuery(api.trpc.me.queryOptions())).rejects.toThrow();
  onTestFinished(followChanges(api));
  await waitFor(() =>
    expect(api.queryClient.getQueryState(api.trpc.me.queryKey())?.isInvalidated).toBe(true),
  );
});

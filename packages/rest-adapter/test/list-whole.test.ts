import { createAdminCaller } from '@renderdeck/contract/router';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { expect, test } from 'vitest';
import { wholeJobs } from '../src/nexrender-v1/list-whole.ts';

/** A farm with jobs of 1000 characters each, and a viewer. */
function withJobs(count: number) {
  const fake = createFakeAdminPort();
  const ids = Array.from(
    { length: count },
    () => fake.farm.submit('Intro', 'sam', 50, { note: 'x'.repeat(1000) }).id,
  );
  return { fake, ids, caller: createAdminCaller(fake.contextOf(fake.signIn('vera'))) };
}

test('the text is read once and at the end, the states in one page for each answer', async () => {
  const { fake, caller } = withJobs(2);
  const list = wholeJobs();
  const statesOf = async () =>
    (await list(caller)).jobs.map(({ state, note }) => [state, String(note).length]);
  expect(await statesOf()).toEqual([
    ['queued', 1000],
    ['queued', 1000],
  ]);
  fake.farm.complete(fake.farm.claimNext().id);
  expect((await statesOf()).toSorted()).toEqual([
    ['finished', 1000],
    ['queued', 1000],
  ]);
  fake.failNext('getJob', new Error('asked again for what was known'));
  fake.farm.claimNext();
  expect((await statesOf()).toSorted()).toEqual([
    ['finished', 1000],
    ['render:dorender', 1000],
  ]);
});

test('a list of very large jobs is cut each time, and the running job stays in it', async () => {
  const { fake, caller } = withJobs(10);
  const running = fake.farm.claimNext().id;
  const list = wholeJobs(3500);
  for (let again = 0; again < 3; again += 1) {
    const { jobs, cut } = await list(caller);
    expect([jobs.length, cut]).toEqual([3, true]);
    expect(jobs.map(({ uid }) => uid)).toContain(running);
  }
});

test('a caller who may not list jobs is refused, even if all text is in memory', async () => {
  const { fake, caller } = withJobs(1);
  const list = wholeJobs();
  await list(caller);
  await expect(list(createAdminCaller(fake.contextOf(null)))).rejects.toThrow(
    'No valid session or token',
  );
});

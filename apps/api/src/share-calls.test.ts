import { expect, test } from 'vitest';
import { shareCalls } from './share-calls.ts';

/** Calls that end when the test says so. */
function aCall() {
  const ends: (() => void)[] = [];
  const call = () => new Promise<number>((resolve) => ends.push(() => resolve(ends.length)));
  return { call, ends };
}

test('callers share the call that runs, and the next caller starts a new one', async () => {
  const { call, ends } = aCall();
  const shared = shareCalls(call);
  const both = [shared(), shared()];
  ends[0]?.();
  expect(await Promise.all(both)).toEqual([1, 1]);
  const next = shared();
  ends[1]?.();
  expect(await next).toBe(2);
});

test('a result is kept for its time, counted from the begin of the call', async () => {
  const { call, ends } = aCall();
  const shared = shareCalls(call, 60_000);
  const first = shared();
  ends[0]?.();
  expect([await first, await shared(), ends.length]).toEqual([1, 1, 1]);
});

test('a failure is shared, and ends the call that runs', async () => {
  let calls = 0;
  const shared = shareCalls(async () => {
    calls += 1;
    throw new Error(`failed ${calls}`);
  });
  const both = [shared(), shared()];
  for (const one of both) await expect(one).rejects.toThrow('failed 1');
  await expect(shared()).rejects.toThrow('failed 2');
});

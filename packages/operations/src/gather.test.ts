import { expect, it } from 'vitest';
import { gather } from './gather.ts';

/** A run that answers each call when the test says so. */
function aRun() {
  const runs: { calls: readonly string[]; end(): void; fail(error: Error): void }[] = [];
  const call = gather(
    (calls: readonly string[]) =>
      new Promise<string[]>((resolve, reject) => {
        const end = () => resolve(calls.map((each) => `answer to ${each}`));
        runs.push({ calls, end, fail: reject });
      }),
  );
  const begun = () => runs.map(({ calls }) => calls);
  return { runs, call, begun };
}

it('a single call is run at once', async () => {
  const { runs, call, begun } = aRun();
  const answer = call('a');
  await expect.poll(begun).toEqual([['a']]);
  runs[0]?.end();
  expect(await answer).toBe('answer to a');
});

it('calls during two runs go together in the next, and join none that has begun', async () => {
  const { runs, call, begun } = aRun();
  const first = call('a');
  await expect.poll(begun).toEqual([['a']]);
  const second = call('b');
  await expect.poll(begun).toEqual([['a'], ['b']]);
  const others = Promise.all(['c', 'd', 'c'].map(call));
  runs[0]?.end();
  expect(await first).toBe('answer to a');
  await expect.poll(begun).toEqual([['a'], ['b'], ['c', 'd', 'c']]);
  runs[2]?.end();
  expect(await others).toEqual(['answer to c', 'answer to d', 'answer to c']);
  runs[1]?.end();
  expect(await second).toBe('answer to b');
});

it('a run that fails fails only its own calls, and the next runs go on', async () => {
  const { runs, call, begun } = aRun();
  const failed = [call('a'), call('b')].map((one) => one.catch(({ message }) => message));
  await expect.poll(begun).toEqual([['a', 'b']]);
  runs[0]?.fail(new Error('the connection was lost'));
  expect(await Promise.all(failed)).toEqual(Array(2).fill('the connection was lost'));
  const next = call('c');
  await expect.poll(begun).toEqual([['a', 'b'], ['c']]);
  runs[1]?.end();
  expect(await next).toBe('answer to c');
});

it('a run has at most fifty calls', async () => {
  const { runs, call, begun } = aRun();
  const answers = Promise.all(Array.from({ length: 101 }, (_, index) => call(`${index}`)));
  await expect.poll(() => begun().map(({ length }) => length)).toEqual([50, 50]);
  runs[0]?.end();
  await expect.poll(() => begun().map(({ length }) => length)).toEqual([50, 50, 1]);
  for (const run of runs) run.end();
  expect(new Set(await answers).size).toBe(101);
});

import { expect, it } from 'vitest';
import { waitFor } from '../src/wait-for.ts';

it("returns the probe's first value", async () => {
  const results = [null, false, undefined, 'there'];
  expect(await waitFor(() => results.shift(), { everyMs: 1 })).toBe('there');
});

it('calls the probe again after it throws', async () => {
  let calls = 0;
  expect(
    await waitFor(() => {
      calls += 1;
      if (calls < 3) throw new Error('not up');
      return calls;
    }),
  ).toBe(3);
});

it('throws after the deadline, with `what` and the last error', async () => {
  const waited = waitFor(() => Promise.reject(new Error('still down')), {
    withinMs: 5,
    everyMs: 1,
    what: 'the server to answer',
  });
  await expect(waited).rejects.toThrow('Waited 5 ms in vain for: the server to answer');
  await expect(waited).rejects.toMatchObject({ cause: new Error('still down') });
});

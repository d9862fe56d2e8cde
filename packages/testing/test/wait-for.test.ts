import { expect, it } from 'vitest';
import { waitFor } from '../src/wait-for.ts';

it('gives what the probe gives once it gives something', async () => {
  const seen = [null, false, undefined, 'there'];
  expect(await waitFor(() => seen.shift(), { everyMs: 1 })).toBe('there');
});

it('takes an error of the probe as not yet', async () => {
  let asked = 0;
  expect(
    await waitFor(() => {
      asked += 1;
      if (asked < 3) throw new Error('not up');
      return asked;
    }),
  ).toBe(3);
});

it('names what it waited for and the last error when the deadline has passed', async () => {
  const waited = waitFor(() => Promise.reject(new Error('still down')), {
    withinMs: 5,
    everyMs: 1,
    what: 'the server to answer',
  });
  await expect(waited).rejects.toThrow('Waited 5 ms in vain for: the server to answer');
  await expect(waited).rejects.toMatchObject({ cause: new Error('still down') });
});

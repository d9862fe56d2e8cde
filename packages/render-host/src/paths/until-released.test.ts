import { expect, test } from 'vitest';
import { untilReleased } from './until-released.mjs';

const refusal = (code: string) => Object.assign(new Error(code), { code });
/** Work that fails with this code the given number of times. */
function workRefused(times: number, code: string) {
  let tries = 0;
  return () => {
    tries += 1;
    if (tries <= times) throw refusal(code);
    return tries;
  };
}

test.each(['EBUSY', 'EPERM', 'EACCES'])('on Windows, %s leads to a new try', async (code) => {
  expect(await untilReleased(workRefused(3, code), { platform: 'win32' })).toBe(4);
});

test('the last refusal is thrown when the budget is over', async () => {
  const work = workRefused(1000, 'EBUSY');
  await expect(untilReleased(work, { budgetMs: 50, platform: 'win32' })).rejects.toThrow('EBUSY');
});

test('any other error, and any error on another system, is thrown at once', async () => {
  const full = untilReleased(workRefused(1, 'ENOSPC'), { platform: 'win32' });
  await expect(full).rejects.toThrow('ENOSPC');
  const onLinux = untilReleased(workRefused(1, 'EBUSY'), { platform: 'linux' });
  await expect(onLinux).rejects.toThrow('EBUSY');
});

test('the budget begins with the first refusal, not with the start of the work', async () => {
  const refused = workRefused(1, 'EPERM');
  const work = async () => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return refused();
  };
  expect(await untilReleased(work, { budgetMs: 50, platform: 'win32' })).toBe(2);
});

import { afterEach, expect, test } from 'vitest';
import { findUnclaimed } from '../../src/process/find-unclaimed.ts';
import { COOKIE_VARIABLE, OWNER_VARIABLE } from '../../src/process/snapshot/process-listing.ts';
import { startStranger } from './zoo/start-stranger.ts';

const strangers: Awaited<ReturnType<typeof startStranger>>[] = [];
afterEach(async () => {
  for (const stranger of strangers.splice(0)) await stranger.end();
});

test('only a process with our owner tag and a cookie that nobody knows is unclaimed', async () => {
  const owner = `farm-${process.pid}`;
  const marks: Record<string, string>[] = [
    { [OWNER_VARIABLE]: owner, [COOKIE_VARIABLE]: 'unknown' },
    { [OWNER_VARIABLE]: owner, [COOKIE_VARIABLE]: 'known' },
    { [OWNER_VARIABLE]: 'another farm', [COOKIE_VARIABLE]: 'unknown' },
    { [OWNER_VARIABLE]: owner },
    {},
  ];
  for (const env of marks) strangers.push(await startStranger(env));
  expect((await findUnclaimed(owner, new Set(['known']))).map(({ pid }) => pid)).toEqual([
    strangers[0]?.identity.pid,
  ]);
});

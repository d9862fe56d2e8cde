/*
 * Two API processes on one database. One is killed while jobs change, and its clients resume on
 * the other with their cursors.
 */
import { setPriority } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';
import { followChanges } from './follow-changes.ts';

const CLIENTS = 8;
const CHANGES = 200;
/** Generous: a loaded machine makes the changes slowly. */
const CHANGES_WITHIN_MS = 20_000;
const farm = farmOfFile();

test('the clients of a killed process resume on another one and miss no change', async () => {
  const settings = {
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_LOG_LEVEL: 'error',
  };
  const [first, second] = await Promise.all([startApi(settings), startApi(settings)]);
  const { job } = await farm.submit('Moves up and down');
  const headers = { authorization: `Bearer ${farm.secretOf('vera')}` };
  const before = Array.from({ length: CLIENTS }, () => followChanges(first.url, headers));
  await expect.poll(() => before.every(({ frames }) => frames.length > 0)).toBe(true);
  const moving = (async () => {
    for (let change = 0; change < CHANGES; change += 1)
      await setPriority(farm.context, {
        id: job.id,
        priority: change % 100,
        expectedVersion: null,
      });
  })();
  await expect
    .poll(() => Math.min(...before.map(({ versions }) => versions().length)), {
      interval: 1,
      timeout: CHANGES_WITHIN_MS,
    })
    .toBeGreaterThan(CHANGES / 10);
  expect(await first.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await Promise.all(before.map(({ end }) => end()));
  expect(Math.max(...before.map(({ versions }) => versions().at(-1) ?? 0))).toBeLessThan(
    1 + CHANGES,
  );
  const after = before.map(({ cursor }) => followChanges(second.url, headers, cursor()));
  await moving;
  await expect
    .poll(() => after.map(({ versions }) => versions().at(-1)), { timeout: CHANGES_WITHIN_MS })
    .toEqual(after.map(() => 1 + CHANGES));
  for (const [at, client] of before.entries()) {
    const versions = [...client.versions(), ...(after[at]?.versions() ?? [])];
    expect([...new Set(versions)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: CHANGES }, (_, index) => index + 2),
    );
    expect([client.gaps(), after[at]?.gaps()]).toEqual([0, 0]);
  }
  await Promise.all(after.map(({ end }) => end()));
  expect(await second.end()).toEqual({ code: 0, signal: null });
}, 180_000);

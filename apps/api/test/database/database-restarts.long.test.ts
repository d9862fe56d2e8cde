/*
 * PostgreSQL restarts while streams and requests run. The API recovers by itself, and its streams
 * resume without a gap.
 */
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { setPriority } from '@renderdeck/operations';
import { aSystemContext } from '@renderdeck/operations/testing';
import { connect, migrate } from '@renderdeck/store/connect';
import { temporaryFolder } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { expect, onTestFinished, test } from 'vitest';
import { startApi } from '../../testing/start-api.ts';
import { followChanges } from '../live/follow-changes.ts';
import { addTokenAndJob, mover } from './add-token-and-job.ts';

/** PostgreSQL that can restart, one job, and an API on it. All of them end with the test. */
async function startFarm() {
  const folder = await temporaryFolder('restarts');
  onTestFinished(() => folder.remove());
  let postgres = await startLocalPostgres({ dataDir: folder.path });
  onTestFinished(() => postgres.stop());
  const address = await openFixedAddress(postgres.url());
  onTestFinished(address.close);
  const url = address.through(postgres.url());
  await migrate(url);
  const { job, headers } = await addTokenAndJob(url);
  const api = await startApi({
    DATABASE_URL: url,
    RENDERDECK_LOG_LEVEL: 'silent',
    RENDERDECK_ADMIN_PASSWORD: 'an honest long password',
  });
  onTestFinished(async () => void (await api.end()));
  return {
    api,
    jobId: job.id,
    headers,
    async restart(whileDown: () => void) {
      await postgres.stop();
      whileDown();
      const again = await startLocalPostgres({ dataDir: folder.path });
      // The API gets no notification of this change: it does not reach the new server yet.
      const direct = connect(again.url());
      await setPriority(aSystemContext(direct.db), {
        id: job.id,
        priority: 100,
        expectedVersion: null,
      });
      await direct.close();
      postgres = again;
      address.switchTo(again.url());
    },
  };
}

test('after a restart requests succeed and a stream resumes with every change', async () => {
  const { api, jobId, headers, restart } = await startFarm();
  const client = followChanges(api.url, headers);
  onTestFinished(client.end);
  await expect.poll(client.cursor, { timeout: 60_000 }).not.toBe('');

  let last = 0;
  const statuses = new Set<number>();
  const moved = mover(api.url, headers, jobId);
  const move = async () => {
    const { status, version } = await moved();
    statuses.add(status);
    last = version ?? last;
    return version !== null;
  };
  for (let change = 0; change < 50; change += 1) expect(await move()).toBe(true);
  let restarted = false;
  const restarting = restart(client.cut).then(() => {
    restarted = true;
  });
  while (!restarted) await move();
  await restarting;
  await expect.poll(move, { timeout: 60_000 }).toBe(true);
  for (let change = 0; change < 50; change += 1) expect(await move()).toBe(true);

  await expect.poll(() => client.versions().includes(last), { timeout: 60_000 }).toBe(true);
  expect(statuses).toEqual(new Set([200, 503]));
  expect(client.gaps()).toBe(0);
  expect([...new Set(client.versions())].sort((a, b) => a - b)).toEqual(
    Array.from({ length: last - 1 }, (_, index) => index + 2),
  );
  expect(await api.end()).toEqual({ code: 0, signal: null });
}, 240_000);

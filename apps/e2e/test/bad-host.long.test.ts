/*
 * A host that cannot render must not fail the whole queue. It fails only a few jobs, gives the
 * other jobs back, takes no more jobs and says why. Another host renders the jobs that it gave
 * back.
 */
import { join } from 'node:path';
import type { WireHost } from '@renderdeck/contract';
import { listHostViews } from '@renderdeck/operations';
import { canMount } from '@renderdeck/render-host/testing';
import { expect, test } from 'vitest';
import { aerenderThatEnds, aerenderThatOnlyFails, withReadOnly } from './farm/bad-aerender.ts';
import { farmOfFile } from './farm/farm-of-file.ts';

const JOBS = 20;
const MOST_FAILED = 3;
const farm = farmOfFile();
let made = 0;

/** Returns a new folder for an aerender that only one test uses. */
const newFolder = () => {
  made += 1;
  return join(farm.folders.assets, `ae-${made}`);
};
const ids = async (count: number, project = {}) => {
  const jobs: string[] = [];
  for (let job = 0; job < count; job += 1) jobs.push((await farm.submit({ project })).id);
  return jobs;
};
const pauses = ({ problem }: WireHost) => problem?.includes('No job is taken.') === true;

/** Counts the jobs of each status. Reads the database directly. */
async function countStatuses(jobs: readonly string[]): Promise<Record<string, number>> {
  const rows = await farm.sql<{ status: string; count: number }[]>`
    select status, count(*)::int as count from jobs where id in ${farm.sql(jobs)} group by status`;
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

/** Starts a good host, which must render all jobs except those that failed on the bad host. */
async function expectGoodHostRenders(jobs: readonly string[], failed: number): Promise<void> {
  const good = await farm.startWorker(`good-${made}`, { RENDERDECK_SLOTS: '4' });
  await expect
    .poll(() => countStatuses(jobs), { timeout: 120_000, interval: 500 })
    .toEqual({ COMPLETED: jobs.length - failed, ...(failed === 0 ? {} : { FAILED: failed }) });
  expect(await good.end()).toEqual({ code: 0, signal: null });
}

test.each([
  { slots: 1, exitCode: 1, count: JOBS },
  { slots: 4, exitCode: 0, count: 8 },
])(
  'a host whose aerender ends at once with $exitCode, $slots slots',
  async ({ slots, exitCode, count }) => {
    const { aerender } = await aerenderThatEnds(newFolder(), exitCode);
    const name = `bad-${made}`;
    const jobs = await ids(count);
    const settings = { RENDERDECK_AERENDER: aerender, RENDERDECK_SLOTS: `${slots}` };
    await farm.startWorker(name, settings);
    const host = await farm.untilHost(
      name,
      'paused by its check',
      (seen) => pauses(seen) && seen.check?.held === false,
    );
    expect(host.problem).toContain(`${aerender} named no version when it was started`);
    expect(host.problem).toContain(`or at once: ctl hosts check ${name}.`);
    await expect
      .poll(() => countStatuses(jobs), { timeout: 60_000 })
      .not.toHaveProperty('RENDERING');
    const { FAILED: failed = 0, QUEUED: queued } = await countStatuses(jobs);
    expect(failed).toBeLessThanOrEqual(MOST_FAILED);
    expect(queued).toBe(count - failed);
    await expectGoodHostRenders(jobs, failed);
  },
);

test.skipIf(!canMount())(
  'a host that cannot write commandLineRenderer.jsx fails no job (needs the right to mount)',
  async () => {
    const { aerender, mend } = await aerenderThatEnds(newFolder(), 1);
    await mend();
    const name = `bad-${made}`;
    const jobs = await ids(JOBS);
    await farm.startWorker(
      name,
      { RENDERDECK_AERENDER: aerender, RENDERDECK_SLOTS: '2' },
      withReadOnly(aerender),
    );
    const host = await farm.untilHost(name, 'paused', pauses);
    expect(host.problem).toMatch(/^This host is not prepared: nexrender may not write .*EROFS/);
    await expect.poll(() => countStatuses(jobs), { timeout: 60_000 }).toEqual({ QUEUED: JOBS });
    const [first = ''] = jobs;
    const { view, attempts } = await farm.readJob(first);
    expect(attempts).toMatchObject([{ outcome: 'hostFailed', host: name }]);
    expect(view.job).toMatchObject({ attempts: 1, maxAttempts: 4 });
    expect((await farm.show(first)).job.warnings).toEqual([
      `${view.job.failure} ${name} is left out until its check of itself holds.`,
    ]);
    await expectGoodHostRenders(jobs, 0);
  },
);

test('a test render of the host finds that it fails every render', async () => {
  const aerender = await aerenderThatOnlyFails(newFolder());
  const name = `bad-${made}`;
  const jobs = await ids(5);
  await farm.startWorker(name, { RENDERDECK_AERENDER: aerender });
  const { problem } = await farm.untilHost(name, 'paused', pauses);
  expect(problem).toContain('aerender ended with exit code 1 and named no error');
  const { FAILED: failed = 0 } = await countStatuses(jobs);
  expect(failed).toBeLessThanOrEqual(MOST_FAILED);
  await expectGoodHostRenders(jobs, failed);
});

test('a good host stays in the farm after eight faulty jobs in a row', async () => {
  const name = 'sound';
  await farm.startWorker(name);
  const faulty = await ids(8, { misbehave: 'dies-silently' });
  for (const id of faulty) await farm.until(id, 'FAILED');
  const [sound = ''] = await ids(1);
  await farm.until(sound, 'COMPLETED');
  const host = (await listHostViews(farm.db)).find((view) => view.name === name);
  expect(host?.problem).toBeNull();
  // The faulty jobs made the host check itself, and every check held.
  expect(host?.checks?.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
});

test('a restarted host keeps its failures and its pause; an admin ends the pause', async () => {
  const { aerender, mend } = await aerenderThatEnds(newFolder(), 1);
  const name = `bad-${made}`;
  const settings = { RENDERDECK_AERENDER: aerender };
  const two = await ids(2);
  const first = await farm.startWorker(name, settings);
  for (const id of two) await farm.until(id, 'FAILED');
  await first.kill();

  const jobs = await ids(4);
  const second = await farm.startWorker(name, settings);
  await farm.untilHost(name, 'paused', pauses);
  await expect.poll(() => countStatuses(jobs), { timeout: 60_000 }).toEqual({ QUEUED: 4 });
  await second.kill();
  await farm.startWorker(name, settings);
  await farm.untilHost(name, 'paused again', pauses);
  expect(await countStatuses(jobs)).toEqual({ QUEUED: 4 });

  await mend();
  const answer = await farm.send('POST', `/hosts/${name}/check`, {});
  expect(answer).toMatchObject({
    status: 200,
    body: { success: true, finished: true, host: { check: { held: true }, checkAsked: null } },
  });
  for (const id of jobs) await farm.until(id, 'COMPLETED');
  await farm.untilHost(name, 'without a problem', ({ problem }) => problem === null);
});

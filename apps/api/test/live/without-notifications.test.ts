/*
 * What happens on a farm reaches every follower although nobody is notified of it: each stream gets
 * each version once, on both API processes, in whatever order transactions commit, and also after
 * all connections of the processes were cut. Log lines, progress and hosts arrive, too.
 */
import { cancelJob, setPriority, submitJob } from '@renderdeck/operations';
import { expectDone, recordLog } from '@renderdeck/operations/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { beforeAll, expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { followChanges, type ReceivedFrame } from './follow-changes.ts';

const WAIT = { timeout: 60_000 } as const;
/** The channels of this version and of earlier ones. */
const CHANNELS = ['jobs', 'queue', 'hosts', 'access', 'logs', 'webhooks'];

const heard: string[] = [];
const farm = farmOfFile();
const apis = [apiOfFile(farm), apiOfFile(farm)] as const;
beforeAll(async () => {
  const listener = farm.listen();
  for (const channel of [...CHANNELS, 'mark'])
    await listener.subscribe(`renderdeck_${channel}`, (payload) =>
      heard.push(`${channel} ${payload}`),
    );
});

/** Ends with a notification that the listener must hear, and gives what it heard before. */
async function heardSoFar(): Promise<string[]> {
  await farm.sql`select pg_notify('renderdeck_mark', '')`;
  await expect.poll(() => heard.includes('mark '), WAIT).toBe(true);
  return heard.splice(0).filter((one) => one !== 'mark ');
}

/** Two clients of each process; for each, the versions of each job in the order of arrival. */
function followEverywhere() {
  const headers = { authorization: `Bearer ${farm.secretOf('vera')}` };
  const streams = [...apis, ...apis].map(({ url }) => followChanges(url, headers));
  return {
    async begun() {
      await expect.poll(() => streams.every(({ frames }) => frames.length > 0), WAIT).toBe(true);
    },
    versions: (id: string) => streams.map(({ frames }) => versionsOf(frames, id)),
    gaps: () => streams.map(({ gaps }) => gaps()),
    end: () => Promise.all(streams.map(({ end }) => end())),
  };
}
const versionsOf = (frames: readonly ReceivedFrame[], id: string) =>
  frames.flatMap(({ job, version }) => (job?.id === id ? (version ?? []) : []));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
const everywhere = (last: number) => Array(4).fill(upTo(last));

test('each stream gets each version once, in any order of commits', async () => {
  const streams = followEverywhere();
  await streams.begun();
  const { context } = farm;
  const moved = await Promise.all(upTo(4).map((n) => farm.submit(`Moves ${n}`)));
  const moving = moved.map(async ({ job: { id } }, n) => {
    for (let turn = 1; turn <= 20; turn += 1)
      expectDone(
        await setPriority(context, { id, priority: (7 * turn + n) % 100, expectedVersion: null }),
      );
  });
  const late: string[] = [];
  for (let round = 1; round <= 8; round += 1) {
    const order = { name: `Late ${round}`, priority: 50, nexrenderJob: NEXRENDER_JOB };
    const held = await holdOpen(farm.db, (tx) => submitJob({ ...context, db: tx }, order));
    const { job } = await farm.submit(`Quick ${round}`);
    // The transaction of a later number is read before the one that is still open.
    await expect.poll(() => streams.versions(job.id), WAIT).toEqual(everywhere(1));
    await held.commit();
    late.push(expectDone(held.result).view.job.id);
  }
  await Promise.all(moving);
  for (const { job } of moved)
    await expect.poll(() => streams.versions(job.id), WAIT).toEqual(everywhere(21));
  for (const id of late) await expect.poll(() => streams.versions(id), WAIT).toEqual(everywhere(1));
  expect(await heardSoFar()).toEqual([]);
  await streams.end();
}, 180_000);

test('a stream misses no version when all connections of its process are cut', async () => {
  const streams = followEverywhere();
  await streams.begun();
  const { job } = await farm.submit('Goes on');
  let last = 1;
  for (let cut = 1; cut <= 4; cut += 1) {
    for (let turn = 1; turn <= 3; turn += 1) {
      const change = { id: job.id, priority: cut * 10 + turn, expectedVersion: null };
      expectDone(await setPriority(farm.context, change));
      last += 1;
    }
    await farm.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name like 'test api%' and datname = current_database()`;
  }
  expectDone(await cancelJob(farm.context, { id: job.id, reason: null }));
  await expect.poll(() => streams.versions(job.id), WAIT).toEqual(everywhere(last + 1));
  expect(streams.gaps()).toEqual([0, 0, 0, 0]);
  await streams.end();
}, 180_000);

test('log lines, progress and hosts reach their followers', async () => {
  const { job } = await farm.submit('Renders', 100);
  await farm.signOn();
  expect(await heardSoFar()).toEqual([]);
  const { attemptId } = await farm.worker.claim();
  const clients = apis.map((api) => api.trpcSocket('vera').client);
  const seen = { lines: ['', ''], progress: [0, 0], held: [0, 0] };
  for (const [at, client] of clients.entries()) {
    client.onAttemptLog.subscribe(
      { id: job.id },
      {
        onData({ data }) {
          seen.lines[at] += data.lines.join();
        },
      },
    );
    client.onHostChange.subscribe(undefined, {
      onData({ jobs }) {
        seen.held[at] = jobs.length;
      },
    });
    client.onJobChange.subscribe(
      {},
      {
        onData({ data }) {
          if (data.type === 'progress') seen.progress[at] = data.jobs.at(-1)?.progress ?? 0;
        },
      },
    );
  }
  await expect.poll(() => seen.held, WAIT).toEqual([1, 1]);
  for (let seq = 1; seq <= 3; seq += 1) {
    const chunks = [{ seq, stream: 'nexrender', lines: [`${seq}`] }] as const;
    await recordLog(farm.worker.context, { attemptId, chunks });
    await farm.worker.progress(job.id, seq * 20);
    const text = upTo(seq).join('');
    await expect.poll(() => seen.lines, WAIT).toEqual([text, text]);
    await expect.poll(() => seen.progress, WAIT).toEqual([seq * 20, seq * 20]);
  }
  await farm.worker.complete(job.id);
  await expect.poll(() => seen.held, WAIT).toEqual([0, 0]);
  expect(await heardSoFar()).toEqual([]);
}, 120_000);

/*
 * What the page of measures shows of a small farm whose history is known: the queue over time, use
 * while hosts are on, why jobs failed, the waiting time with the jobs that wait now.
 */
import { connect } from '@renderdeck/store/connect';
import { sampleFarm } from '@renderdeck/store/extras';
import { waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it, onTestFinished } from 'vitest';
import { getMeasures, sampleNow } from '../../src/extras.ts';
import {
  aFailedJob,
  aFarm,
  aQueuedJob,
  aRunningJob,
  expectDone,
  release,
  silence,
} from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const { db, sql } = farm;
const read = () => getMeasures({ db }, { range: '24h' });
/** Resolves when this minute does not end within the next seconds. */
const earlyInMinute = () =>
  waitFor(
    async () => {
      const [{ second = 60 } = {}] = await sql<{ second: number }[]>`
        select extract(second from clock_timestamp())::float8 as second`;
      return second < 50;
    },
    { what: 'the begin of a minute' },
  );
const samples = () => sql`select waiting, oldest_ms from queue_samples order by at`;
const sumOf = async (name: string, part: string) => {
  const [{ ms = 0 } = {}] = await sql<{ ms: number }[]>`
    select coalesce(sum(sum_ms), 0)::float8 as ms from measures
    where name = ${name} and part = ${part}`;
  return ms;
};
/** A sample so long after the last one. */
async function sampleAfter(minutes: number): Promise<void> {
  await earlyInMinute();
  await sql`
    update queue_samples set at = at - (select max(at) from queue_samples)
      + date_trunc('minute', clock_timestamp(), 'UTC') - ${minutes} * interval '1 minute'`;
  expect(await sampleFarm(db)).toBe(true);
}

it('each minute has one sample, however many processes take it', async () => {
  const [low] = [await aQueuedJob(farm, { priority: 10 }), await aQueuedJob(farm)];
  await sql`
    update jobs set created_at = created_at - interval '10 minutes' where id = ${low.job.id}`;
  const other = connect(farm.databaseUrl, { name: 'another process', poolSize: 1 });
  onTestFinished(() => other.close());
  await earlyInMinute();
  const first = await holdOpen(db, (tx) => sampleFarm(tx));
  const second = sampleNow({ db: other.db });
  await first.commit();
  await second;
  await sampleNow({ db });
  expect(await samples()).toHaveLength(1);

  await sampleAfter(1);
  expect(await sumOf('watched', '')).toBe(60_000);
  const { queue } = await read();
  expect(queue).toMatchObject({ waiting: 2, usual: null });
  expect(queue.oldestMs).toBeGreaterThanOrEqual(600_000);
  expect(queue.oldestMs).toBeLessThan(900_000);
  const known = queue.steps.filter(({ waiting }) => waiting !== null);
  expect(known.at(-1)).toMatchObject({ waiting: 2, oldestMs: expect.closeTo(600_000, -6) });
});

it('a host was on while it was heard, and its use is of that time', async () => {
  const asleep = await farm.worker('render-02');
  const off = await farm.worker('render-03');
  await silence(farm, asleep.host);
  await sql`update render_hosts set stopped_at = clock_timestamp() where name = ${off.host}`;
  const on = async () =>
    Promise.all(
      ['', 'render-01', 'render-02', 'render-03'].map((host, at) =>
        sumOf(at === 0 ? 'watched' : 'on', host),
      ),
    );
  const before = await on();
  await sampleAfter(1);
  // After a long pause only two minutes are known.
  await sampleAfter(60);
  const after = await on();
  expect(after.map((ms, at) => ms - (before[at] ?? 0))).toEqual([180_000, 180_000, 0, 0]);

  await sql`delete from measures`;
  await sql`insert into measures (name, hour, part, at_most_ms, count, sum_ms)
    select name, date_trunc('hour', clock_timestamp(), 'UTC') - interval '3 hours', part, 0, 0, ms
    from (values ('watched', '', 3600000), ('on', 'render-02', 1800000),
      ('busy', 'render-02', 900000)) as known (name, part, ms)`;
  const { hosts } = await read();
  const step = (host: string) => {
    const found = hosts.find((one) => one.host === host);
    return [found?.busyMsByStep.at(-4), found?.onMsByStep.at(-4), found?.onMsByStep.at(-5)];
  };
  expect(step('render-02')).toEqual([900_000, 1_800_000, null]);
  expect(step('render-01')).toEqual([0, 0, null]);
});

it('old samples go, and the usual queue is that of this hour on other days', async () => {
  await sql`delete from queue_samples`;
  const day = 24 * 60;
  for (const [minutes, waiting] of [
    [day, 30],
    [2 * day, 50],
    [3 * day + 10, 70],
    [4 * day + 120, 999],
    [9 * day, 999],
  ] as const)
    await sql`
      insert into queue_samples (at, waiting)
      values (clock_timestamp() - ${minutes} * interval '1 minute', ${waiting})`;
  await sampleNow({ db });
  expect(await samples()).toHaveLength(5);
  expect((await read()).queue.usual).toBe(50);
});

it('the most frequent reasons of the range come first, each with its hosts', async () => {
  const second = await farm.worker('render-04');
  const fail = async (failure: string, on = worker) => {
    const { id } = await aFailedJob(farm, { worker: on });
    await sql`update jobs set failure = ${failure} where id = ${id}`;
    return id;
  };
  const missing = 'After Effects reported an error: Footage missing: ';
  await fail(`${missing}/mnt/a.mov`);
  await fail(`${missing}D:\\b.mov`);
  await fail(`${missing}/mnt/c.mov`, second);
  await fail('No frame came for 600 s.');
  const old = await fail('No frame came for 900 s.');
  await sql`update jobs set ended_at = ended_at - interval '2 days' where id = ${old}`;
  expect((await read()).reasons).toEqual([
    {
      reason: `${missing}…`,
      count: 3,
      hosts: [
        { host: 'render-01', count: 2 },
        { host: 'render-04', count: 1 },
      ],
    },
    { reason: 'No frame came for # s.', count: 1, hosts: [{ host: 'render-01', count: 1 }] },
  ]);
});

it('ends of 7 days are counted, and the waiting time has the jobs that wait now', async () => {
  const { attemptId } = await aFailedJob(farm, { worker });
  const before = await read();
  await sql`update attempts set ended_at = ended_at - interval '3 days',
    created_at = created_at - interval '3 days' where id = ${attemptId}`;
  const { ended, endedIn7Days } = await read();
  expect(endedIn7Days.failed).toBe(before.endedIn7Days.failed);
  expect(ended.failed).toBe(before.ended.failed - 1);

  // One has waited long for its first host. Another one, given back, waits for its second one.
  await sql`update jobs set created_at = created_at - interval '5 hours' where status = 'QUEUED'`;
  const again = await aRunningJob(farm, { worker });
  const now = await read();
  const waiting = now.waiting.withQueued.count - now.waiting.count;
  expect(waiting).toBe(now.queue.waiting);
  expect(now.waiting.withQueued.p95Ms).toBeGreaterThanOrEqual(5 * 3_600_000);
  expect(now.waiting.p95Ms).toBeLessThan(3_600_000);
  expectDone(await release(again, 'Shut down.'));
  const { queue, waiting: times } = await read();
  expect(queue.waiting).toBe(now.queue.waiting + 1);
  expect(times.withQueued.count - times.count).toBe(waiting);
});

/*
 * Reads lists of jobs with each kind of filter, among a thousand jobs and among many. Half of the
 * jobs wait, the others have ended. Both databases take turns. Each list has its page, positions
 * and counts.
 */
import { type JobQuery, keepQueueCounts, listJobs } from '@renderdeck/operations';
import type { BenchDatabase, BenchFarm } from './bench-farm.ts';
import { analyzeFilled } from './fill-queue.ts';
import { type Finding, round, timed } from './finding.ts';
import { median, time } from './numbers.ts';

const SMALL = 1000;
const MOST_MS = 50;
/** The first turns on each database do not count. */
const WARM_UP = 3;

const WHOLE_LIST: JobQuery = {
  ...{ q: null, host: null, by: null, template: null, status: null, open: false },
  ...{ from: null, to: null, reason: null, sort: '-ended' },
  ...{ show: 'all', place: null, direction: 'next', skip: 0, limit: 100 },
};
type Case = readonly [what: string, query: Partial<JobQuery> | ((jobs: number) => JobQuery)];
const CASES: readonly Case[] = [
  ['what is active', { show: 'active' }],
  ['what has ended', { show: 'ended' }],
  ['all', {}],
  ['far down the queue', (jobs) => ({ ...WHOLE_LIST, show: 'active', skip: jobs * 0.4 })],
  ['far down what has ended', (jobs) => ({ ...WHOLE_LIST, show: 'ended', skip: jobs * 0.4 })],
  ['what took longest', { show: 'ended', sort: '-duration' }],
  ['what has ended, by name', { show: 'ended', sort: 'name' }],
  ['a host', { host: 'ae-7' }],
  ['a submitter', { by: 'sam-7' }],
  ['a status', { status: 'FAILED' }],
  ['not proven', { open: true }],
  ['a text of every job', { q: 'promo' }],
  ['a text of 1 in 100', { q: 'zebra' }],
  ['a text of 1 in 1000', { q: 'quagga' }],
  ['a text of one job', { q: 'okapi' }],
  ['a text of no job', { q: 'narwhal' }],
  ['a letter of every job', { q: 'a' }],
  ['a letter of 1 in 100', { q: 'z' }],
  ['a letter of no job', { q: 'x' }],
  ['two digits', { q: '77' }],
];

export async function measureFind(
  farm: BenchFarm,
  size: number,
  samples: number,
): Promise<Finding[]> {
  const [small, large] = [await fill(farm, SMALL), await fill(farm, size)];
  const findings: Finding[] = [];
  for (const [what, query] of CASES) {
    const [few, many] = await inTurn([small, large], samples, ({ database, jobs }) => {
      const asked = typeof query === 'function' ? query(jobs) : { ...WHOLE_LIST, ...query };
      return listJobs(database.admin, asked);
    });
    findings.push(
      timed(`list: ${what}, ${size / 1000}k jobs`, many, {
        ratio: `${round(median(many) / median(few))} × time at 1k`,
        target: `≤ ${MOST_MS} ms`,
        met: median(many) <= MOST_MS,
      }),
    );
  }
  return findings;
}

type Filled = { readonly database: BenchDatabase; readonly jobs: number };

async function fill(farm: BenchFarm, jobs: number): Promise<Filled> {
  const database = await farm.database();
  const { sql, admin } = database;
  await sql.begin(async (tx) => {
    // Writing a million rows takes a tenth of the time if their indexes are created afterwards.
    const indexes = await tx`
      select indexname, indexdef from pg_indexes
      where tablename = 'jobs' and indexname <> 'jobs_pkey'`;
    for (const { indexname } of indexes) await tx`drop index ${tx(String(indexname))}`;
    await tx`
      insert into jobs (id, name, priority, max_attempts, submitted_by, status, host, ended_at)
      select gen_random_uuid(),
        'promo_' || n || case when n % 100 = 3 then ' zebra' when n % 1000 = 7 then ' quagga'
          when n = 77 then ' okapi' else '' end,
        case when random() < 0.7 then 50 else floor(random() * 101)::int end, 3, 'sam-' || n % 50,
        case when n % 2 = 0 then 'QUEUED' when n % 100 = 7 then 'FAILED' else 'COMPLETED' end,
        case when n % 2 > 0 then 'ae-' || n % 300 end,
        case when n % 2 > 0 then now() - n * interval '1 second' end
      from generate_series(1, ${jobs}::int) n`;
    await tx`set local maintenance_work_mem = '512MB'`;
    for (const { indexdef } of indexes) await tx.unsafe(String(indexdef));
  });
  await keepQueueCounts(admin);
  await analyzeFilled(sql);
  return { database, jobs };
}

async function inTurn(
  databases: readonly [Filled, Filled],
  samples: number,
  read: (filled: Filled) => Promise<unknown>,
): Promise<[number[], number[]]> {
  const taken: [number[], number[]] = [[], []];
  for (let turn = 0; turn < samples + WARM_UP; turn += 1) {
    for (const index of [0, 1] as const) {
      const tookMs = await time(() => read(databases[index]));
      if (turn >= WARM_UP) taken[index].push(tookMs);
    }
  }
  return taken;
}

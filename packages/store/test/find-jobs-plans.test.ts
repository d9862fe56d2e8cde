/*
 * A job is found among many by an index, with each filter. The tests explain the statements of the
 * list as they are sent.
 */
import type { JobSort } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../src/connect.ts';
import {
  countPlaces,
  type JobFilter,
  type ListSection,
  listFilterNames,
  listPlaces,
  listUsedTemplates,
} from '../src/index.ts';
import { ALL_JOBS as ALL, START } from './no-filter.ts';
import { openTestStore } from './open-test-store.ts';
import { plansOf as plansOn } from './record-texts.ts';

const JOBS = 20_000;
const PAGE = { skip: 0, limit: 50 };

const { sql, store } = openTestStore();
beforeAll(async () => {
  // Three of four jobs have ended. One of a thousand has a rare name, host and submitter.
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts, status, host, ended_at)
    select gen_random_uuid(), 'promo_' || n || case when n % 1000 = 7 then ' zebra' else '' end,
      case when n % 1000 = 7 then 'uma' else 'sam' end, 3,
      case when n % 4 = 0 then 'QUEUED' when n % 1000 = 7 then 'FAILED' else 'COMPLETED' end,
      case when n % 4 > 0 then 'ae-' || n % 300 end,
      case when n % 4 > 0 then now() - n * interval '1 minute' end
    from generate_series(1, ${JOBS}) n`;
  await sql`vacuum analyze jobs`;
});
const plansOf = (call: (db: Database) => Promise<unknown>) => plansOn(sql, call);

it.each<[string, ListSection, Partial<JobFilter>, RegExp]>([
  ['a rare text', 'ended', { q: 'zebra' }, /jobs_search_ended/],
  ['a rare text among waiting jobs', 'queued', { q: 'zebra' }, /jobs_search_queued|jobs_in_order/],
  ['a text that no job has', 'ended', { q: 'nowhere' }, /jobs_search_ended/],
  ['two letters', 'ended', { q: 'zb' }, /jobs_search_ended/],
  ['a host', 'ended', { host: 'ae-7' }, /jobs_ended_on_host/],
  ['a submitter', 'ended', { by: 'uma' }, /jobs_ended_of_submitter/],
  ['a submitter among waiting jobs', 'queued', { by: 'uma' }, /jobs_of_submitter/],
  ['a status', 'ended', { status: 'FAILED' }, /jobs_ended_with_status/],
  ['a reason', 'ended', { reason: 'Footage missing: …' }, /jobs_failed_for/],
  ['nothing', 'ended', {}, /jobs_ended/],
  ['no filter among waiting jobs', 'queued', {}, /jobs_in_order/],
  ['a time', 'ended', { from: new Date(Date.now() - 3_600_000) }, /jobs_ended/],
])('a page and a count by %s use an index', async (_what, section, given, index) => {
  const filter = { ...ALL, ...given };
  const plans = [
    (await plansOf((db) => listPlaces(db, section, filter, START, PAGE))).at(-1),
    (await plansOf((db) => countPlaces(db, section, filter, START, 10_000))).at(-1),
  ];
  // If all jobs are counted, reading the table is the fastest way.
  for (const plan of Object.keys(given).length === 0 ? plans.slice(0, 1) : plans) {
    expect(plan).toMatch(index);
    expect(plan).not.toMatch(/Seq Scan on jobs/);
  }
});

it('a page deep in the list starts at its place, and a text is first searched nearby', async () => {
  const [row] = await sql`
    select id, (extract(epoch from ended_at) * 1000)::bigint::text as key from jobs
    where ended_at is not null order by ended_at limit 1 offset 50`;
  const place = { section: 'ended', key: String(row?.key), id: String(row?.id) } as const;
  const [deep] = await plansOf((db) => listPlaces(db, 'ended', ALL, { ...START, place }, PAGE));
  expect(deep).toMatch(/Index Cond: .*ended_at <= /);
  const [near] = await plansOf((db) =>
    listPlaces(db, 'ended', { ...ALL, q: 'promo' }, START, PAGE),
  );
  expect(near).toMatch(/Limit[\s\S]*Index Scan using jobs_ended/);
  expect(near).not.toMatch(/jobs_search/);
});

it.each<[JobSort, string]>([
  ['ended', 'Backward using jobs_ended '],
  ['name', 'using jobs_ended_by_name '],
  ['-name', 'Backward using jobs_ended_by_name '],
  ['duration', 'using jobs_ended_by_duration '],
  ['-duration', 'Backward using jobs_ended_by_duration '],
])('ended jobs are sorted by %s with an index, also from a place on', async (sort, index) => {
  const start = { ...START, sort };
  const [first] = await plansOf((db) => listPlaces(db, 'ended', ALL, start, PAGE));
  const [place = null] = (await listPlaces(store.db, 'ended', ALL, start, PAGE)).slice(-1);
  const [next] = await plansOf((db) => listPlaces(db, 'ended', ALL, { ...start, place }, PAGE));
  for (const plan of [first, next]) {
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/Seq Scan on jobs|Sort Key/);
  }
});

it('the names of a filter are read one by one from the indexes, not from every job', async () => {
  const [plan] = await plansOf((db) => listFilterNames(db));
  for (const index of ['ended_of_submitter', 'ended_on_host', 'ended_of_template', 'of_template'])
    expect(plan).toContain(`using jobs_${index}`);
  expect(plan).not.toMatch(/Seq Scan on jobs/);
});

it('recent templates are read one by one from the indexes, not from every job', async () => {
  const [plan] = await plansOf((db) => listUsedTemplates(db));
  for (const index of ['ended_of_template', 'of_template'])
    expect(plan).toContain(`using jobs_${index}`);
  expect(plan).not.toMatch(/Seq Scan on (?:jobs|job_definitions)/);
});

it.each<[ListSection, Partial<JobFilter>, RegExp]>([
  ['queued', {}, /Index Only Scan using jobs_in_order/],
  ['queued', { status: 'QUEUED' }, /Index Only Scan using jobs_in_order/],
  ['ended', {}, /Index Only Scan using jobs_ended/],
])('a jump among %s jobs leaves jobs out by the index alone: %j', async (section, given, index) => {
  const filter = { ...ALL, ...given };
  const [plan] = await plansOf((db) =>
    listPlaces(db, section, filter, START, { ...PAGE, skip: 900 }),
  );
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/Seq Scan on jobs/);
});

it('both searches find the same jobs, for a frequent text and for a rare one', async () => {
  for (const q of ['promo_1', 'zebra', '7 ze', 'a', '_19999', 'no such']) {
    const names = await sql<{ id: string }[]>`
      select id from jobs where ended_at is not null
        and (strpos(name, ${q}) > 0 or strpos(id::text, ${q}) > 0)
      order by ended_at desc, id`;
    const filter = { ...ALL, q };
    const found = await listPlaces(store.db, 'ended', filter, START, { skip: 3, limit: 400 });
    expect(
      found.map(({ id }) => id),
      q,
    ).toEqual(names.slice(3, 403).map(({ id }) => id));
    const waiting = await sql<{ id: string }[]>`
      select id from jobs where queue_key is not null
        and (strpos(name, ${q}) > 0 or strpos(id::text, ${q}) > 0) order by queue_key`;
    const queued = await listPlaces(store.db, 'queued', filter, START, { skip: 3, limit: 400 });
    expect(
      queued.map(({ id }) => id),
      q,
    ).toEqual(waiting.slice(3, 403).map(({ id }) => id));
    expect(await countPlaces(store.db, 'ended', filter, START, 5000), q).toBe(
      Math.min(5000, names.length),
    );
  }
});

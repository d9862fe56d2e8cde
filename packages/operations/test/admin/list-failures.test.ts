import { failureReason } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { type FailureFilter, listFailures, listJobs } from '../../src/index.ts';
import { aFailedJob, aFarm, WHOLE_LIST } from '../../testing/index.ts';

const farm = aFarm();
const FOOTAGE = 'After Effects reported an error: Footage missing: …';
const ALL: FailureFilter = { from: null, to: null, host: null, reason: null };
const nameTemplate = (src: string) => src.split('/').at(-1) ?? null;
const read = (filter: Partial<FailureFilter> = {}) =>
  listFailures(farm, { ...ALL, ...filter, nameTemplate });

/** Job, host, failure, template, and the minute of its end, of each failed job. */
const FAILED = [
  ['a', 'ae-01', 'After Effects reported an error: Footage missing: /mnt/a.mov', 'x/intro.aep', 1],
  [
    'b',
    'ae-02',
    'After Effects reported an error: Footage missing: D:\\b 2\\c.mov',
    'intro.aep',
    2,
  ],
  ['c', 'ae-02', 'After Effects reported an error: Footage missing: "d".', 'outro.aep', 3],
  ['d', 'ae-02', 'After Effects reported an error: Footage missing: e.mov', 'intro.aep', 4],
  ['e', 'ae-01', 'aerender ended with exit code 7 and named no error.', 'intro.aep', 5],
] as const;
const at = (minute: number) => new Date(Date.UTC(2026, 2, 1, 12, minute));

beforeAll(async () => {
  const worker = await farm.worker();
  for (const [name, host, failure, src, minute] of FAILED) {
    const job = await aFailedJob(farm, { worker });
    await farm.sql`
      update jobs set name = ${name}, host = ${host}, failure = ${failure},
        ended_at = ${at(minute)} where id = ${job.id}`;
    await farm.sql`
      update job_definitions set nexrender_job = jsonb_set(nexrender_job, '{template,src}',
        to_jsonb(${src}::text)) where job_id = ${job.id}`;
  }
});

it('failures are grouped by reason, with their hosts, templates and the newest job', async () => {
  const { groups, count, capped } = await read();
  expect({ count, capped }).toEqual({ count: 5, capped: false });
  expect(groups.map(({ newest, ...group }) => [newest.name, group])).toEqual([
    [
      'd',
      {
        reason: FOOTAGE,
        count: 3,
        hosts: [
          { name: 'ae-02', count: 2 },
          { name: 'ae-01', count: 1 },
        ],
        templates: [{ name: 'intro.aep', count: 3 }],
      },
    ],
    ['e', expect.objectContaining({ count: 1 })],
    ['c', expect.objectContaining({ count: 1, templates: [{ name: 'outro.aep', count: 1 }] })],
  ]);
  expect(groups[0]?.newest.endedAt).toBe(at(4).getTime());
});

it('time, host and reason choose the failures; `to` itself is left out', async () => {
  const names = async (filter: Partial<FailureFilter>) =>
    (await read(filter)).groups.map(({ count, newest }) => [count, newest.name]);
  expect(await names({ from: at(2), to: at(4) })).toEqual([
    [1, 'c'],
    [1, 'b'],
  ]);
  expect(await names({ host: 'ae-01' })).toEqual([
    [1, 'e'],
    [1, 'a'],
  ]);
  expect(await names({ reason: FOOTAGE })).toEqual([[3, 'd']]);
});

it('a job without a host, or whose template has no name, counts in its group', async () => {
  for (const src of ['x/b.aep', 'x/a.aep', 'x/']) {
    const { id } = await aFailedJob(farm);
    await farm.sql`
      update jobs set host = null, failure = 'It has no colour.', ended_at = ${at(9)}
      where id = ${id}`;
    await farm.sql`
      update job_definitions set nexrender_job = jsonb_set(nexrender_job, '{template,src}',
        to_jsonb(${src}::text)) where job_id = ${id}`;
  }
  const nameOrNone = (src: string) => nameTemplate(src) || null;
  const { groups } = await listFailures(farm, { ...ALL, from: at(9), nameTemplate: nameOrNone });
  expect(groups).toMatchObject([
    {
      reason: 'It has no colour.',
      count: 3,
      hosts: [],
      templates: [
        { name: 'a.aep', count: 1 },
        { name: 'b.aep', count: 1 },
      ],
    },
  ]);
  await farm.sql`delete from jobs where failure = 'It has no colour.'`;
});

it('the list of jobs gives the jobs of a group, and counts them', async () => {
  for (const show of ['all', 'ended'] as const) {
    const page = await listJobs(farm, { ...WHOLE_LIST, show, reason: FOOTAGE });
    expect(page.views.map(({ job }) => job.name)).toEqual(['d', 'b', 'a']);
    expect(page.matching).toEqual({ count: 3, running: 0, queued: 0, capped: false });
  }
  const active = await listJobs(farm, { ...WHOLE_LIST, show: 'active', reason: FOOTAGE });
  expect(active.matching.count).toBe(0);
});

/** Texts of all kinds of pieces: words, numbers, quotes, paths, addresses, spaces, scripts. */
function texts(): string[] {
  const words = `error|can't|'main comp'|"my comp"|“Bühne 2”|(3 of 3)|12.5|ae-cam-01|intro.mov.|e.g.
    |Ünïcode_7|…|"|'|(|)|:|0xC0000005|1f0c6b2e-9a37-4d1f-8c7e-3b6f0c1d2e3f|日本語|🎬|-|_9|a1.b2-c3_
    |/mnt/a b/c.mov|C:\\x\\y.aep|\\\\nas\\share|https://a.test/b?c=1|(file:///a b.c)|H264/AAC`;
  const pieces = [...words.split(/\s*[|]/), '\n\t', '  ', ' '];
  let seed = 7;
  const pick = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return pieces[Math.floor((seed / 2_147_483_648) * pieces.length)] ?? '';
  };
  const line = (length: number) => Array.from({ length }, pick).join(seed % 3 === 0 ? '' : ' ');
  return [
    ...pieces,
    ...Array.from({ length: 500 }, (_, index) => line(2 + (index % 9))),
    line(900),
  ];
}

it('the database gives a failure the same reason as the domain', async () => {
  const all = texts();
  const rows = await farm.sql<{ reason: string }[]>`
    select failure_reason(text) as reason from unnest(${all}::text[]) with ordinality t (text, n)
    order by n`;
  expect(rows.map(({ reason }) => reason)).toEqual(all.map(failureReason));
});

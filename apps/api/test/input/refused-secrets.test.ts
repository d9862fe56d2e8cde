/*
 * A job of 1 MB is walked in a moment, whatever its shape and the paths that it names as secret,
 * and what is stored of it is not much larger. A job that would need more is refused.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
});
afterAll(() => farm.close());

const passwords = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`pw${n}`, n]));
const zeros = (count: number) => Array<number>(count).fill(0);
const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

test.each([
  [
    'a path that names a long list, a hundred times',
    { job: { a: zeros(20_000) }, secrets: Array<string>(100).fill('a.*') },
    'The paths name more than 1000 values, the last ones by a.*.',
  ],
  [
    'a hundred paths through a long list',
    {
      job: { a: [passwords(100), ...zeros(20_000)] },
      secrets: Array.from({ length: 100 }, (_, n) => `a.*.pw${n}`),
    },
    'The * stand for more than 100000 values, as in a.*.pw4.',
  ],
  [
    'very many secrets',
    { job: { a: passwords(10_001) } },
    'job has 10001 values that are hidden as secrets, and may have 10000.',
  ],
  [
    'a very long name of a field with many secrets',
    { job: { ['k'.repeat(100_000)]: passwords(400) } },
    'job has too long names of fields on the way to values that are hidden as secrets',
  ],
  ['very many levels', { job: { a: 'deep' } }, 'It has more than 100 levels.'],
])('%s: refused in a sentence', async (_what, { job, ...rest }, sentence) => {
  const body = JSON.stringify({ job: { ...NEXRENDER_JOB, ...job }, ...rest });
  const answer = await api.send('sam', 'POST', '/api/jobs', body.replace('"deep"', deep));
  expect(answer.status).toBe(400);
  expect(JSON.stringify(answer.body)).toContain(sentence);
  expect(Number((await farm.sql`select count(*) from jobs`)[0]?.count)).toBe(0);
});

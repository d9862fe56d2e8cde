/* JSON can write numbers that no program holds: `1e400` is read as Infinity, stored as null. */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { nexrenderApi: true });

const withNumber = (number: string) =>
  JSON.stringify({ ...NEXRENDER_JOB, numbers: [0] }).replace('[0]', `[${number}]`);
const post = (path: string, body: string) =>
  fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${farm.secretOf('sam')}`,
      'nexrender-secret': farm.secretOf('sam'),
      'content-type': 'application/json',
    },
    body,
  });

test.each([
  ['/api/jobs', (job: string) => `{"job": ${job}}`],
  ['/trpc/submitJob', (job: string) => `{"job": ${job}}`],
  ['/api/v1/jobs', (job: string) => job],
])('%s refuses a number that no program can hold, in a sentence', async (path, bodyOf) => {
  for (const number of ['1e400', '-1e400']) {
    const answer = await post(path, bodyOf(withNumber(number)));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('one of the job is beyond, such as 1e400.');
  }
  expect(Number((await farm.sql`select count(*) from jobs`)[0]?.count)).toBe(0);
});

test('any other number is stored as JavaScript reads it, as nexrender does', async () => {
  expect(
    (await post('/api/jobs', `{"job": ${withNumber('1e308, 9007199254740993')}}`)).status,
  ).toBe(201);
  const rows = await farm.sql`select nexrender_job->'numbers' as value from job_definitions`;
  expect(rows[0]?.value).toEqual([1e308, 9007199254740992]);
});

import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { openRest } from '../rest/open-rest.ts';

const ORIGIN = 'https://tools.example';
const rest = openRest({ nexrenderApi: true, nexrenderOrigins: [ORIGIN] });

const ask = (origin: string, url: string, method = 'POST') =>
  rest.send(null, 'OPTIONS', url, undefined, {
    origin,
    'access-control-request-method': method,
    'access-control-request-headers': 'nexrender-secret, content-type',
  });

test.each(['/api/v1/jobs', '/api/v1/jobs/status', '/api/v1/jobs/mine', '/api/v1/jobs/mine/status'])(
  'a browser may send what a page of a named origin asks of %s',
  async (url) => {
    const { status, headers } = await ask(ORIGIN, url);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET, POST, PUT, DELETE',
      'access-control-allow-headers': 'authorization, content-type, nexrender-secret',
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  },
);

test('a page of a named origin submits and reads with its token; no other page may', async () => {
  const post = (origin: string) =>
    rest.send('sam', 'POST', '/api/v1/jobs', NEXRENDER_JOB, { origin });
  expect(await post(ORIGIN)).toMatchObject({
    status: 200,
    headers: { 'access-control-allow-origin': ORIGIN, vary: expect.stringMatching(/origin/i) },
  });
  expectProblem(await post('https://other.example'), 403, 'cross_site');
  expect(await rest.countJobs()).toBe(1);
  const other = await ask('https://other.example', '/api/v1/jobs');
  expect(other.headers).not.toHaveProperty('access-control-allow-origin');
});

test.each(['/api/v1/workers', '/api/v2/jobs'])('there is nothing at %s', async (url) => {
  expectProblem(await rest.send('sam', 'GET', url), 404, 'not_found');
  expectProblem(await rest.send('sam', 'POST', url), 404, 'not_found');
});

test('/api, whose sessions are cookies, allows no other origin', async () => {
  const asked = await ask(ORIGIN, '/api/jobs');
  expectProblem(asked, 405, 'method_not_allowed');
  expect(asked.headers).not.toHaveProperty('access-control-allow-origin');
  const sent = await rest.send(
    'sam',
    'POST',
    '/api/jobs',
    { job: NEXRENDER_JOB },
    {
      origin: ORIGIN,
    },
  );
  expectProblem(sent, 403, 'cross_site');
});

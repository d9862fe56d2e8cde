/*
 * A browser's cookie does not authenticate on /api/v1, however its address is spelled. The requests
 * are written to a socket as they are: a client would tidy the address first.
 */
import { beforeAll, expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';
import { sendRaw } from '../input/send-raw.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { nexrenderApi: true });
let cookie: string;
beforeAll(async () => {
  cookie = (await api.signIn('ada')).cookie;
});

/** Sends the address as it is. Gives the status of the answer, or `page` for HTML. */
async function statusOf(method: string, address: string, header: string): Promise<number | 'page'> {
  const answer = await sendRaw(
    api.url,
    `${method} ${address} HTTP/1.1\r\nHost: farm\r\nConnection: close\r\n${header}\r\n` +
      `Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
  );
  if (/^content-type: text\/html/im.test(answer)) return 'page';
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

const SPELLINGS = [
  '/api/v1/jobs',
  '/api/v1/jobs?x=1',
  '/api/v1/jobs#x',
  '/api/v1/jobs;x',
  '/api/v1/jobs/',
  '/api/v1',
  '//api/v1/jobs',
  '/api//v1/jobs',
  '/api/v1//jobs',
  '/API/v1/jobs',
  '/api/V1/jobs',
  '/%61pi/v1/jobs',
  '/api/%76%31/jobs',
  '/api%2Fv1/jobs',
  '/api%2fv1%2fjobs',
  '/%2561pi/v1/jobs',
  '/api/./v1/jobs',
  '/api/x/../v1/jobs',
  '/api/%2e/v1/jobs',
  '/./api/v1/jobs',
  '/api\\v1\\jobs',
  '/api;a/v1/jobs',
  'http://farm/api/v1/jobs',
  'http://farm/%61pi/v1/jobs',
  'http://farm//api/v1/jobs',
  'HTTP://farm:80/api/v1/jobs',
  '?/api/v1/jobs',
  'api/v1/jobs',
  '/api/v1/jobs/status',
  '/%61pi/v1/jobs/status',
];

test('no spelling of an address of /api/v1 answers to a cookie', async () => {
  expect(await statusOf('GET', '/api/jobs', `Cookie: ${cookie}`)).toBe(200);
  const jobs = async () => Number((await farm.sql`select count(*) from jobs`)[0]?.count);
  // The page of an address that is not one answers 503 where it is not built.
  for (const address of SPELLINGS)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
      const status = await statusOf(method, address, `Cookie: ${cookie}`);
      const isRefused = status === 'page' || status >= 400;
      expect([method, address, status, isRefused]).toEqual([method, address, status, true]);
    }
  expect(await jobs()).toBe(0);
});

test('the router reaches /api/v1 in more than one spelling, with a token', async () => {
  const header = `nexrender-secret: ${farm.secretOf('ada')}`;
  const answered = [];
  for (const address of SPELLINGS)
    if ((await statusOf('GET', address, header)) === 200) answered.push(address);
  expect(answered).toEqual(
    expect.arrayContaining(['/api/v1/jobs', '/%61pi/v1/jobs', '/%61pi/v1/jobs/status']),
  );
});

test('a token as nexrender-secret counts on /api/v1 only', async () => {
  const header = `nexrender-secret: ${farm.secretOf('ada')}`;
  for (const address of ['/api/jobs', '/%61pi/jobs', '/api/jobs?q=/api/v1/'])
    expect([address, await statusOf('GET', address, header)]).toEqual([address, 401]);
});

/*
 * The limits on requests and connections. Too much is refused early, with a code and a time to
 * wait. Health is always answered.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { farmOfFile } from '../../testing/open-farm.ts';
import { sendRaw } from '../input/send-raw.ts';

const farm = farmOfFile();

test('a long URL is 414, long headers are 431, broken HTTP is 400, with a problem', async () => {
  const api = await farm.serve();
  expect(await api.send('ada', 'GET', `/api/jobs?cursor=${'x'.repeat(8192)}`)).toMatchObject({
    status: 414,
    body: { code: 'url_too_long' },
  });
  expect(await api.send('ada', 'GET', `/trpc/me?input=${'x'.repeat(8192)}`)).toMatchObject({
    status: 414,
    body: { error: { data: { problem: { code: 'url_too_long', status: 414 } } } },
  });
  const large = await sendRaw(
    api.url,
    `GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  expect(large).toMatch(
    /^HTTP\/1\.1 431 .*application\/problem\+json.*"code":"headers_too_large"/s,
  );
  const head = await sendRaw(
    api.url,
    `HEAD /api/jobs HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(17_000)}\r\n\r\n`,
  );
  expect(head, 'the answer to a HEAD has no body').toMatch(/^HTTP\/1\.1 431 .*\r\n\r\n$/s);
  expect(await sendRaw(api.url, 'nonsense\r\n\r\n')).toMatch(
    /^HTTP\/1\.1 400 .*"code":"invalid_request"/s,
  );
  await api.close();
});

test('a batch of more than 20 procedures is refused whole', async () => {
  const api = await farm.serve();
  const names = (count: number) => Array.from({ length: count }, () => 'me').join(',');
  expect((await api.send('ada', 'GET', `/trpc/${names(20)}?batch=1&input={}`)).status).toBe(200);
  expect((await api.send('ada', 'GET', `/trpc/${names(21)}?batch=1&input={}`)).status).toBe(400);
  await api.close();
});

test('more requests than a minute allows are 429; health is still answered', async () => {
  const api = await farm.serve({ limits: { requestsPerMinute: 5 } });
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1)
    statuses.push((await api.send('ada', 'GET', '/api/jobs')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const rest = await api.send('ada', 'GET', '/api/hosts');
  expect(rest).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
  expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0);
  const trpc = await api.send('ada', 'GET', '/trpc/me');
  expect(trpc).toMatchObject({
    status: 429,
    body: { error: { data: { problem: { code: 'too_many_requests' } } } },
  });
  expect(Number(trpc.headers.get('retry-after'))).toBeGreaterThan(0);
  for (const path of ['/healthz', '/readyz', '/metrics'])
    expect((await api.send(null, 'GET', path)).status).toBe(200);
  await api.close();
});

test('an overloaded process refuses with 503, except health, and recovers', async () => {
  const api = await farm.serve({ limits: { maxDelayMs: 100 } });
  const until = performance.now() + 2500;
  while (performance.now() < until) {
    const turn = performance.now() + 400;
    while (performance.now() < turn);
    await nextTurn();
  }
  const shed = await api.send('ada', 'GET', '/api/jobs');
  expect(shed).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(shed.headers.get('retry-after')).toBe('5');
  expect(await api.send('ada', 'GET', '/trpc/me')).toMatchObject({
    status: 503,
    body: { error: { data: { problem: { code: 'unavailable' } } } },
  });
  expect((await api.send(null, 'GET', '/healthz')).status).toBe(200);
  await expect
    .poll(async () => (await api.send('ada', 'GET', '/api/jobs')).status, { timeout: 60_000 })
    .toBe(200);
  await api.close();
});

test.each([
  ['its headers', 'GET /api/jobs HTTP/1.1\r\nHost: x\r\nX-Slow'],
  [
    'its body',
    'POST /api/jobs HTTP/1.1\r\nHost: x\r\n' +
      'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
  ],
])(
  'a request that never ends %s is 408 in time, and its connection is closed',
  async (_what, bytes) => {
    const api = await farm.serve({ receiveMs: 300 });
    const startedAt = performance.now();
    expect(await sendRaw(api.url, bytes)).toMatch(
      /^HTTP\/1\.1 408 .*application\/problem\+json.*"code":"request_timeout"/s,
    );
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    await api.close();
  },
);

test('one connection too many is closed until another one ends', async () => {
  const api = await farm.serve({ limits: { connections: 2 } });
  const { hostname, port } = new URL(api.url);
  const open = async () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    const answer = await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => ['']),
    ]);
    return { socket, answer: String(answer[0]).slice(0, 12) };
  };
  const kept = [await open(), await open()];
  expect(kept.map(({ answer }) => answer)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  expect((await open()).answer).toBe('');
  kept[0]?.socket.destroy();
  await expect
    .poll(async () => {
      const { socket, answer } = await open();
      socket.destroy();
      return answer;
    })
    .toBe('HTTP/1.1 200');
  kept[1]?.socket.destroy();
  await api.close();
});

/*
 * An Upgrade to another protocol than WebSocket is ignored. Java and curl offer h2c with each
 * request, and expect HTTP/1.1 from a server that does not have it.
 */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB, type Who } from '../../testing/open-farm.ts';
import { sendRaw } from '../input/send-raw.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { limits: { socketsPerAddress: 1 } });

const H2C =
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAAB\r\n';
const BODY = JSON.stringify({ job: NEXRENDER_JOB });
const CHUNKS = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`;
const JSON_TYPE = 'Content-Type: application/json\r\n';
const LENGTH = `${JSON_TYPE}Content-Length: ${BODY.length}\r\n`;
const head = (line: string, headers = '', who: Who = 'ada') =>
  `${line} HTTP/1.1\r\nHost: farm\r\n${headers}` +
  `${who === null ? '' : `Authorization: Bearer ${farm.secretOf('ada')}\r\n`}\r\n`;
const firstLineOf = (answer: string) => answer.split('\r\n')[0];

test.each<[string, number, () => readonly string[]]>([
  ['a read', 200, () => [head('GET /api/jobs', H2C)]],
  ['a read of tRPC', 200, () => [head('GET /trpc/me', H2C)]],
  ['an address of WebSockets', 400, () => [head('GET /api/events', H2C)]],
  ['a write with its body', 201, () => [head('POST /api/jobs', H2C + LENGTH) + BODY]],
  ['a write, its body later', 201, () => [head('POST /api/jobs', H2C + LENGTH), BODY]],
  [
    'a write in chunks',
    201,
    () => [head('POST /api/jobs', `${H2C}${JSON_TYPE}Transfer-Encoding: chunked\r\n`), CHUNKS],
  ],
  [
    'a write that asks for a WebSocket',
    201,
    () => [head('POST /api/jobs', `Connection: Upgrade\r\nUpgrade: websocket\r\n${LENGTH}`), BODY],
  ],
])('%s with an Upgrade is answered %i over HTTP/1.1', async (_what, status, packets) => {
  const answer = await sendRaw(api.url, ...packets());
  expect(firstLineOf(answer)).toContain(`HTTP/1.1 ${status} `);
  expect(answer).toMatch(/^content-type: application\/(problem\+)?json/im);
  expect(answer).toMatch(/^connection: close/im);
});

test('what follows in the same packet is not answered: the connection ends', async () => {
  const answer = await sendRaw(api.url, head('GET /api/me', H2C) + head('GET /api/jobs'));
  expect(answer.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
});

test('such a request is no WebSocket of its address, and is recorded as what it is', async () => {
  const socket = api.socket('vera', '/api/events');
  await once(socket, 'open');
  expect(firstLineOf(await sendRaw(api.url, head('GET /api/jobs', H2C)))).toContain(' 200 ');
  const anonymous = head('POST /api/jobs', `${H2C}${JSON_TYPE}Content-Length: 1\r\n`, null);
  expect(firstLineOf(await sendRaw(api.url, `${anonymous}{`))).toContain(' 400 ');
  const refused = () =>
    farm.sql`SELECT action, code FROM audit_log WHERE outcome = 'refused' ORDER BY id`;
  await expect.poll(refused).toMatchObject([{ action: 'submitJob', code: 'invalid_json' }]);
  socket.terminate();
});

/* Cursors that a client made up. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const ID = randomUUID();
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const ofList = (time: number | string) =>
  Buffer.from(JSON.stringify(['ended', `${time}`, ID])).toString('base64url');
const CURSORS: readonly (readonly [path: string, of: (time: number | string) => string])[] = [
  ['/api/audit?cursor=', (time) => `${time}-1`],
  ['/api/audit?after=', (time) => `${time}-1`],
  ['/api/webhook-deliveries?cursor=', (time) => `${time}.${ID}`],
  ['/api/jobs?cursor=', ofList],
];

test.each(CURSORS)(
  '%s refuses a time after the year 9999, and no earlier one',
  async (path, of) => {
    const statuses = [];
    for (const time of [LAST_MS + 1, '9'.repeat(15), '-1', LAST_MS, 0])
      statuses.push((await api.send('ada', 'GET', `${path}${of(time)}`)).status);
    expect(statuses).toEqual([400, 400, 400, 200, 200]);
    expect(await api.send('ada', 'GET', `${path}${of(LAST_MS + 1)}`)).toMatchObject({
      body: { code: 'invalid_input', detail: expect.stringContaining('nextCursor') },
    });
  },
);

test('a place in the live changes beyond 64 bits gives a gap', async () => {
  const beyond = '1-1-1-1-1/1:99999999999999999999:99999999999999999998';
  const socket = api.socket('ada', `/api/events?cursor=${encodeURIComponent(beyond)}`);
  const first = await Promise.race([
    once(socket, 'message').then(([frame]) => JSON.parse(String(frame))),
    once(socket, 'close'),
  ]);
  expect(first).toMatchObject({ type: 'alive', gap: true });
  socket.terminate();
});

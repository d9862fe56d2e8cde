import { once } from 'node:events';
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();

/** A connection with the frames that have come, and a way to wait for the next. */
async function open(query = '') {
  const socket = rest.socket(`/api/events${query}`, await rest.cookieOf('vera'));
  const frames: Record<string, unknown>[] = [];
  let begun = false;
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    // A heartbeat comes every ten seconds, so on a busy machine it may come before a change.
    if (begun && frame.type === 'alive' && !frame.gap) return;
    begun = true;
    frames.push(frame);
  });
  return {
    socket,
    async take(count: number): Promise<Record<string, unknown>[]> {
      while (frames.length < count) await once(socket, 'message');
      return frames.splice(0, count);
    },
  };
}

const A_CURSOR = expect.stringMatching(/./);
/** A heartbeat in between has a number too. */
const A_SEQ = expect.any(Number);
const shown = async (id: string) =>
  Object.entries((await rest.send('vera', 'GET', `/api/jobs/${id}`)).body ?? {})[0]?.[1];

test('a first frame with time and cursor, then one JSON frame per change', async () => {
  const { socket, take } = await open();
  expect(await take(1)).toEqual([
    { type: 'alive', cursor: A_CURSOR, at: AN_INSTANT, gap: false, missed: 0, seq: 1 },
  ]);
  const id = await rest.submit();
  expect(await take(1)).toEqual([
    {
      type: 'change',
      cursor: A_CURSOR,
      at: AN_INSTANT,
      event: 'submit',
      previousStatus: null,
      actor: 'sam',
      version: 1,
      seq: A_SEQ,
      job: await shown(id),
    },
  ]);
  await rest.host.claimNext();
  expect(await take(1)).toEqual([
    {
      type: 'change',
      cursor: A_CURSOR,
      at: AN_INSTANT,
      event: 'claim',
      previousStatus: 'QUEUED',
      actor: 'render-01',
      version: 2,
      seq: A_SEQ,
      job: await shown(id),
    },
  ]);
  await rest.host.progress(id, 40);
  expect(await take(1)).toEqual([
    {
      type: 'progress',
      cursor: A_CURSOR,
      at: AN_INSTANT,
      jobs: [{ id, progress: 40, timeLeftMs: null, endsAt: null, transfer: null }],
      seq: A_SEQ,
    },
  ]);
  socket.close();
});

test('a cursor that is no longer kept is told as a gap', async () => {
  const { socket, take } = await open('?cursor=999');
  expect(await take(1)).toMatchObject([{ type: 'alive', gap: true }]);
  socket.close();
});

test('with a bad cursor the upgrade is refused with 400', async () => {
  const { socket } = await open(`?cursor=${'x'.repeat(5001)}`);
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  expect(response.statusCode).toBe(400);
});

test('without an upgrade the answer names WebSocket', async () => {
  const detail = 'This address speaks WebSocket; connect with ws:// or wss://.';
  expectProblem(await rest.send('vera', 'GET', '/api/events'), 400, 'invalid_input', { detail });
});

test('the end of a session closes with 1008 and the code before the next change', async () => {
  const session = await rest.signIn('vera');
  const socket = rest.socket('/api/events', session);
  await once(socket, 'message');
  const closed = once(socket, 'close');
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(data));
  await rest.send(null, 'DELETE', '/api/session', undefined, session);
  await rest.submit('secret');
  const [code, reason] = await closed;
  expect([code, String(reason), messages]).toEqual([1008, 'unauthenticated', []]);
});

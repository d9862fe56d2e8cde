import { once } from 'node:events';
import { expectProblem } from '@renderdeck/contract/testing/expect-problem';
import { expect, test } from 'vitest';
import { AN_INSTANT, openRest } from './open-rest.ts';

const rest = openRest();

/** A connection of that user with the frames that have come, and a way to wait for the next. */
async function open(as: 'vera' | null, query = '') {
  const credential = as === null ? {} : await rest.cookieOf(as);
  const socket = rest.socket(`/api/events${query}`, credential);
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

/** The HTTP status with which the upgrade was refused. */
async function refusalOf(as: 'vera' | null, query?: string): Promise<number | undefined> {
  const { socket } = await open(as, query);
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  return response.statusCode;
}

const A_CURSOR = expect.stringMatching(/./);
/** A heartbeat in between has a number too. */
const A_SEQ = expect.any(Number);
const shown = async (id: string) =>
  Object.entries((await rest.send('vera', 'GET', `/api/jobs/${id}`)).body ?? {})[0]?.[1];

test('a first frame with time and cursor, then one JSON frame per change', async () => {
  const { socket, take } = await open('vera');
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

test('?cursor= resumes after that frame: nothing is missed, nothing comes twice', async () => {
  const first = await open('vera');
  await first.take(1);
  await rest.submit('one');
  const [one] = await first.take(1);
  first.socket.close();
  await rest.submit('two');
  const { socket, take } = await open('vera', `?cursor=${encodeURIComponent(String(one?.cursor))}`);
  expect(await take(2)).toMatchObject([
    { type: 'alive', cursor: one?.cursor, gap: false, missed: 1, seq: 1 },
    { type: 'change', cursor: A_CURSOR, job: { name: 'two' } },
  ]);
  socket.close();
});

test('a cursor that is no longer kept is told as a gap', async () => {
  const { socket, take } = await open('vera', '?cursor=999');
  expect(await take(1)).toMatchObject([{ type: 'alive', gap: true }]);
  socket.close();
});

test('without a session the upgrade is refused with 401, with a bad cursor with 400', async () => {
  expect(await refusalOf(null)).toBe(401);
  expect(await refusalOf('vera', `?cursor=${'x'.repeat(5001)}`)).toBe(400);
});

test('without an upgrade the answer names WebSocket; an anonymous client gets 401', async () => {
  const { send } = rest;
  const detail = 'This address speaks WebSocket; connect with ws:// or wss://.';
  expectProblem(await send('vera', 'GET', '/api/events'), 400, 'invalid_input', { detail });
  expectProblem(await send(null, 'GET', '/api/events'), 401, 'unauthenticated');
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

/* A client that stops reading its socket while the farm goes on: this process holds little of what it leaves, cuts it off with a reason, and it resumes without a hole. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { FIXED } from '../src/limits.ts';
import { openFarm, type TestApi, type TestFarm } from './serve-api.ts';

/** Together far more than the system's own buffers take, each more than a few. */
const CHANGES = 3000;
const AT_ONCE = 10;
const FRAME_BYTES = 20_000;
/** What back-pressure lets wait, and the frame that is one too many. */
const HELD_BYTES = 2 * 256 * 1024;

let farm: TestFarm;
let api: TestApi;
let id: string;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  id = (await farm.submit('Changes')).job.id;
  await farm.sql`UPDATE jobs SET failure = repeat('x', ${FRAME_BYTES}) WHERE id = ${id}`;
});
afterAll(() => farm.close());

/** Bytes that wait in this process for any client. */
const held = () =>
  Math.max(
    0,
    ...[...api.server.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount),
  );

/** The job changes many times; gives its version before and after, and the most that waited for a client meanwhile. */
async function change() {
  const [{ version: first } = { version: 0 }] = await farm.sql<
    { version: number }[]
  >`SELECT version FROM jobs WHERE id = ${id}`;
  let most = 0;
  for (let count = 0; count < CHANGES; count += AT_ONCE) {
    await farm.sql.begin(async (tx) => {
      await tx`INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
        SELECT ${id}, ${first + count} + n, 'setPriority', 'QUEUED', 'QUEUED', 'test' FROM generate_series(1, ${AT_ONCE}::int) n`;
      await tx`UPDATE jobs SET version = version + ${AT_ONCE} WHERE id = ${id}`;
      await tx`SELECT pg_notify('renderdeck_jobs', '')`;
    });
    most = Math.max(most, held());
  }
  return { first, last: first + CHANGES, most };
}

const changeFrame = z.object({ type: z.literal('change'), version: z.int() });
type Heard = { cursor: string; readonly versions: number[] };

/** Takes one event of the stream into account. */
function hear(heard: Heard, cursor: string, event: unknown): void {
  heard.cursor = cursor;
  const { data } = changeFrame.safeParse(event);
  if (data !== undefined) heard.versions.push(data.version);
}

const plainFrame = z.looseObject({ cursor: z.string() });
async function followPlain(heard: Heard): Promise<WebSocket> {
  const socket = api.socket(
    'vera',
    `/api/events${heard.cursor === '' ? '' : `?cursor=${encodeURIComponent(heard.cursor)}`}`,
  );
  socket.on('message', (data: RawData) => {
    const frame = plainFrame.parse(JSON.parse(String(data)));
    hear(heard, frame.cursor, frame);
  });
  await once(socket, 'message');
  return socket;
}

const trpcFrame = z.object({
  result: z.object({
    type: z.literal('data'),
    id: z.string(),
    data: z.object({ data: z.unknown() }),
  }),
});
const trpcRefusal = z.object({ error: z.object({ data: z.object({ problem: z.unknown() }) }) });
async function followTrpc(heard: Heard, problems: unknown[]): Promise<WebSocket> {
  const socket = api.socket('vera', '/trpc');
  await once(socket, 'open');
  const input = heard.cursor === '' ? {} : { lastEventId: heard.cursor };
  socket.send(
    JSON.stringify({ id: 1, method: 'subscription', params: { path: 'onJobChange', input } }),
  );
  const begun = new Promise((resolve) => {
    socket.on('message', (data: RawData) => {
      const message: unknown = JSON.parse(String(data));
      const event = trpcFrame.safeParse(message).data?.result;
      if (event !== undefined) {
        hear(heard, event.id, event.data.data);
        resolve(null);
      }
      const refusal = trpcRefusal.safeParse(message).data;
      if (refusal !== undefined) problems.push(refusal.error.data.problem);
    });
  });
  await begun;
  return socket;
}

/** Every version between, each at least once, in order but for what a cut within a batch repeats. */
function expectWhole({ versions }: Heard, first: number, last: number): void {
  const seen = new Set(versions);
  expect(seen.size).toBe(last - first);
  expect([Math.min(...seen), Math.max(...seen)]).toEqual([first + 1, last]);
}

test('the plain stream: a client that stops reading is cut off with 1013 and the reason, and misses nothing when it comes back', async () => {
  const heard: Heard = { cursor: '', versions: [] };
  const socket = await followPlain(heard);
  socket.pause();
  const { first, last, most } = await change();
  expect(most).toBeLessThan(HELD_BYTES);
  const closed = once(socket, 'close');
  socket.resume();
  expect(await closed).toEqual([1013, Buffer.from('too_many_requests')]);
  expect(heard.versions.length).toBeLessThan(CHANGES);
  const again = await followPlain(heard);
  await expect.poll(() => heard.versions.at(-1), { timeout: 20_000 }).toBe(last);
  expectWhole(heard, first, last);
  again.close();
  await once(again, 'close');
}, 90_000);

test('tRPC: a client that stops reading is refused with when to come again, and misses nothing when it does', async () => {
  const heard: Heard = { cursor: '', versions: [] };
  const problems: unknown[] = [];
  const socket = await followTrpc(heard, problems);
  socket.pause();
  const { first, last, most } = await change();
  expect(most).toBeLessThan(HELD_BYTES);
  socket.resume();
  await expect
    .poll(() => problems, { timeout: 20_000 })
    .toMatchObject([{ code: 'too_many_requests', facts: { retryAfterSeconds: 1 } }]);
  expect(heard.versions.length).toBeLessThan(CHANGES);
  const again = await followTrpc(heard, problems);
  await expect.poll(() => heard.versions.at(-1), { timeout: 20_000 }).toBe(last);
  expectWhole(heard, first, last);
  for (const one of [socket, again]) {
    one.close();
    await once(one, 'close');
  }
}, 90_000);

test('tRPC as server-sent events: a client that stops reading is refused with when to come again, and misses nothing when it does', async () => {
  const heard: Heard = { cursor: '', versions: [] };
  const connections = new Set<Socket>();
  api.server.server.on('connection', (socket: Socket) => connections.add(socket));
  const follow = async () => {
    const input = heard.cursor === '' ? {} : { lastEventId: heard.cursor };
    const headers = {
      authorization: `Bearer ${farm.secretOf('vera')}`,
      accept: 'text/event-stream',
    };
    const sent = request(
      `${api.url}/trpc/onJobChange?input=${encodeURIComponent(JSON.stringify(input))}`,
      { headers },
    );
    sent.end();
    const answer = await new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
    let text = '';
    answer.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, data] = /^data: (.*)$/m.exec(event) ?? [];
        const [, cursor] = /^id: (.*)$/m.exec(event) ?? [];
        if (data !== undefined && cursor !== undefined) hear(heard, cursor, JSON.parse(data));
        if (event.includes('event: serialized-error')) problems.push(event);
      }
    });
    return { sent, answer };
  };
  const problems: string[] = [];
  const slow = await follow();
  await expect.poll(() => heard.cursor).not.toBe('');
  slow.answer.pause();
  const { first, last } = await change();
  expect(Math.max(...[...connections].map(({ writableLength }) => writableLength))).toBeLessThan(
    HELD_BYTES,
  );
  slow.answer.resume();
  await expect
    .poll(() => problems, { timeout: 20_000 })
    .toEqual([expect.stringContaining('"retryAfterSeconds":1')]);
  expect(heard.versions.length).toBeLessThan(CHANGES);
  slow.sent.destroy();
  const again = await follow();
  await expect.poll(() => heard.versions.at(-1), { timeout: 20_000 }).toBe(last);
  expectWhole(heard, first, last);
  again.sent.destroy();
}, 90_000);

test('a client that asks and asks and reads no answer is cut off when four megabytes wait for it, and reads why', async () => {
  const socket = api.socket('vera', '/trpc');
  await once(socket, 'open');
  socket.pause();
  for (let count = 1; count <= 900; count += 1)
    socket.send(
      JSON.stringify({ id: count, method: 'query', params: { path: 'getJob', input: { id } } }),
    );
  let most = 0;
  await expect
    .poll(
      () => {
        most = Math.max(most, held());
        return most > FIXED.unreadBytes;
      },
      { timeout: 30_000, interval: 5 },
    )
    .toBe(true);
  const closed = once(socket, 'close');
  socket.resume();
  expect(await closed).toEqual([1013, Buffer.from('not read in time')]);
}, 60_000);

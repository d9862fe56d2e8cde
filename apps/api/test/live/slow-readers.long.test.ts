/*
 * A client stops reading its socket while jobs change. The API holds little for it and closes it
 * with a reason, and the client resumes without a gap.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { FIXED } from '../../src/limits.ts';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

/** Together far more than the buffers of the system hold. */
const CHANGES = 3000;
const AT_ONCE = 30;
const FRAME_BYTES = 20_000;
/** The limit of back-pressure, plus one frame. */
const HELD_BYTES = 2 * 256 * 1024;

const farm = farmOfFile();
const api = apiOfFile(farm);
let id: string;
beforeAll(async () => {
  id = (await farm.submit('Changes')).job.id;
  await farm.sql`UPDATE jobs SET failure = repeat('x', ${FRAME_BYTES}) WHERE id = ${id}`;
});

/** The bytes that wait for the slowest client. */
const held = () =>
  Math.max(
    0,
    ...[...api.server.websocketServer.clients].map(({ bufferedAmount }) => bufferedAmount),
  );

/**
 * Changes the job many times; returns its versions and the most bytes that waited. A client that
 * reads at once sees each batch before the next one, so the API never sends many as one event.
 */
async function change() {
  const prompt: Received = { cursor: '', versions: [] };
  const reader = await followPlain(prompt);
  const [{ version: first } = { version: 0 }] = await farm.sql<
    { version: number }[]
  >`SELECT version FROM jobs WHERE id = ${id}`;
  let most = 0;
  for (let count = 0; count < CHANGES; count += AT_ONCE) {
    await farm.sql.begin(async (tx) => {
      await tx`INSERT INTO job_changes (job_id, version, event, status_before, status_after, actor)
        SELECT ${id}, ${first + count} + n, 'setPriority', 'QUEUED', 'QUEUED', 'test'
        FROM generate_series(1, ${AT_ONCE}::int) n`;
      await tx`UPDATE jobs SET version = version + ${AT_ONCE} WHERE id = ${id}`;
    });
    const sent = first + count + AT_ONCE;
    while (prompt.versions.at(-1) !== sent) await once(reader, 'message');
    most = Math.max(most, held());
  }
  reader.close();
  await once(reader, 'close');
  return { first, last: first + CHANGES, most };
}

const anyChange = z.object({ version: z.int() });
const changeFrame = z.union([
  anyChange.extend({ type: z.literal('change') }).transform((one) => [one.version]),
  z
    .object({ type: z.literal('changes'), changes: z.array(anyChange) })
    .transform(({ changes }) => changes.map(({ version }) => version)),
]);
type Received = { cursor: string; readonly versions: number[] };

/** Notes one event of the stream. */
function note(received: Received, cursor: string, event: unknown): void {
  received.cursor = cursor;
  const { data } = changeFrame.safeParse(event);
  received.versions.push(...(data ?? []));
}

const plainFrame = z.looseObject({ cursor: z.string() });
async function followPlain(received: Received): Promise<WebSocket> {
  const socket = api.socket(
    'vera',
    `/api/events${received.cursor === '' ? '' : `?cursor=${encodeURIComponent(received.cursor)}`}`,
  );
  socket.on('message', (data: RawData) => {
    const frame = plainFrame.parse(JSON.parse(String(data)));
    note(received, frame.cursor, frame);
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
async function followTrpc(received: Received, problems: unknown[]): Promise<WebSocket> {
  const socket = api.socket('vera', '/trpc');
  await once(socket, 'open');
  const input = received.cursor === '' ? {} : { lastEventId: received.cursor };
  socket.send(
    JSON.stringify({ id: 1, method: 'subscription', params: { path: 'onJobChange', input } }),
  );
  const begun = new Promise((resolve) => {
    socket.on('message', (data: RawData) => {
      const message: unknown = JSON.parse(String(data));
      const event = trpcFrame.safeParse(message).data?.result;
      if (event !== undefined) {
        note(received, event.id, event.data.data);
        resolve(null);
      }
      const refusal = trpcRefusal.safeParse(message).data;
      if (refusal !== undefined) problems.push(refusal.error.data.problem);
    });
  });
  await begun;
  return socket;
}

/** Every version came at least once. A cut within a batch may repeat some. */
function expectWhole({ versions }: Received, first: number, last: number): void {
  const seen = new Set(versions);
  expect(seen.size).toBe(last - first);
  expect([Math.min(...seen), Math.max(...seen)]).toEqual([first + 1, last]);
}

test('on /api/events a slow reader is closed with 1013 and resumes without a gap', async () => {
  const received: Received = { cursor: '', versions: [] };
  const socket = await followPlain(received);
  socket.pause();
  const { first, last, most } = await change();
  expect(most).toBeLessThan(HELD_BYTES);
  const closed = once(socket, 'close');
  socket.resume();
  expect(await closed).toEqual([1013, Buffer.from('too_many_requests')]);
  expect(received.versions.length).toBeLessThan(CHANGES);
  const again = await followPlain(received);
  await expect.poll(() => received.versions.at(-1), { timeout: 60_000 }).toBe(last);
  expectWhole(received, first, last);
  again.close();
  await once(again, 'close');
}, 240_000);

test('over tRPC a slow reader is refused with a time to wait and misses nothing', async () => {
  const received: Received = { cursor: '', versions: [] };
  const problems: unknown[] = [];
  const socket = await followTrpc(received, problems);
  socket.pause();
  const { first, last, most } = await change();
  expect(most).toBeLessThan(HELD_BYTES);
  socket.resume();
  await expect
    .poll(() => problems, { timeout: 60_000 })
    .toMatchObject([{ code: 'too_many_requests', facts: { retryAfterSeconds: 1 } }]);
  expect(received.versions.length).toBeLessThan(CHANGES);
  const again = await followTrpc(received, problems);
  await expect.poll(() => received.versions.at(-1), { timeout: 60_000 }).toBe(last);
  expectWhole(received, first, last);
  for (const one of [socket, again]) {
    one.close();
    await once(one, 'close');
  }
}, 240_000);

test('over server-sent events a slow reader is refused and misses nothing', async () => {
  const received: Received = { cursor: '', versions: [] };
  const connections = new Set<Socket>();
  api.server.server.on('connection', (socket: Socket) => connections.add(socket));
  const follow = async () => {
    const input = received.cursor === '' ? {} : { lastEventId: received.cursor };
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
        if (data !== undefined && cursor !== undefined) note(received, cursor, JSON.parse(data));
        if (event.includes('event: serialized-error')) problems.push(event);
      }
    });
    return { sent, answer };
  };
  const problems: string[] = [];
  const slow = await follow();
  await expect.poll(() => received.cursor).not.toBe('');
  slow.answer.pause();
  const { first, last } = await change();
  expect(Math.max(...[...connections].map(({ writableLength }) => writableLength))).toBeLessThan(
    HELD_BYTES,
  );
  slow.answer.resume();
  await expect
    .poll(() => problems, { timeout: 60_000 })
    .toEqual([expect.stringContaining('"retryAfterSeconds":1')]);
  expect(received.versions.length).toBeLessThan(CHANGES);
  slow.sent.destroy();
  const again = await follow();
  await expect.poll(() => received.versions.at(-1), { timeout: 60_000 }).toBe(last);
  expectWhole(received, first, last);
  again.sent.destroy();
}, 240_000);

test('a client that reads no answer is closed when four megabytes wait for it', async () => {
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
}, 180_000);

import { type Actor, ANONYMOUS } from '@renderdeck/domain';
import { TRPCError } from '@trpc/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problemOf } from './router.ts';
import { type StreamContext, whileAllowed } from './while-allowed.ts';

const viewer: Actor = { kind: 'user', id: '1', name: 'vera', role: 'viewer' };
const requestContext = { actor: viewer };
const anonymous: Actor = { kind: ANONYMOUS, name: '' };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A session that the test can end, and a stream that gives these events and then stays open. */
function setUp(events: readonly string[] = [], more: Partial<StreamContext> = {}) {
  const session = { actor: viewer, broken: false };
  const authenticate = async () => {
    if (session.broken) throw new Error('database is down');
    return { actor: session.actor, sessionId: null };
  };
  const opened: { cut: AbortSignal | null } = { cut: null };
  async function* open(cut: AbortSignal) {
    opened.cut = cut;
    yield* events;
    await new Promise<void>((resolve) => {
      cut.addEventListener('abort', () => resolve());
      if (cut.aborted) resolve();
    });
  }
  const client = new AbortController();
  const ctx = { requestContext, authenticate, ...more };
  const stream = whileAllowed(ctx, 'onJobChange', client.signal, open);
  return { session, opened, client, stream };
}

async function codeOf(next: Promise<unknown>): Promise<string> {
  return next.then(
    () => 'no error',
    (error) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
}

test('events pass during the session, and a reader that stops also stops the source', async () => {
  const { stream, opened } = setUp(['a', 'b', 'c']);
  expect(await stream.next()).toEqual({ value: 'a', done: false });
  expect(await stream.next()).toEqual({ value: 'b', done: false });
  expect(opened.cut?.aborted).toBe(false);
  await stream.return(undefined);
  expect(opened.cut?.aborted).toBe(true);
});

test('a stream gives no event after its session, and ends as unauthenticated', async () => {
  const { stream, session, opened } = setUp(['a', 'b']);
  expect(await stream.next()).toEqual({ value: 'a', done: false });
  session.actor = anonymous;
  expect(await codeOf(stream.next())).toBe('unauthenticated');
  expect(opened.cut?.aborted).toBe(true);
});

test('a stream without events ends within two seconds of the end of its session', async () => {
  const { stream, session } = setUp();
  const next = codeOf(stream.next());
  await vi.advanceTimersByTimeAsync(10_000);
  session.actor = anonymous;
  await vi.advanceTimersByTimeAsync(2000);
  expect(await next).toBe('unauthenticated');
});

test('a stream without events ends at once when access changes, and unsubscribes', async () => {
  const listeners = new Set<() => void>();
  const onAccessChange = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const { session, stream } = setUp(['a'], { onAccessChange });
  expect(await stream.next()).toEqual({ value: 'a', done: false });
  const next = codeOf(stream.next());
  for (const listener of listeners) listener();
  await vi.advanceTimersByTimeAsync(0);
  session.actor = anonymous;
  expect(listeners.size).toBe(1);
  for (const listener of listeners) listener();
  expect(await next).toBe('unauthenticated');
  expect(listeners.size).toBe(0);
});

test('a check that failed once ends the stream with the error of the check', async () => {
  const { stream, session } = setUp();
  const next = codeOf(stream.next());
  await vi.advanceTimersByTimeAsync(0);
  session.broken = true;
  vi.advanceTimersByTime(2000);
  session.broken = false;
  await vi.advanceTimersByTimeAsync(0);
  expect(await next).toContain('database is down');
});

test('a client that is gone ends the stream without an error', async () => {
  const { stream, client, opened } = setUp();
  const next = stream.next();
  await vi.advanceTimersByTimeAsync(0);
  client.abort();
  expect(await next).toEqual({ value: undefined, done: true });
  expect(opened.cut?.aborted).toBe(true);
});

test('a client that is gone before the stream opens gets no event', async () => {
  const { stream, client, opened } = setUp();
  client.abort();
  expect(await stream.next()).toEqual({ value: undefined, done: true });
  expect(opened.cut?.aborted).toBe(true);
});

const open = { requestContext, authenticate: async () => ({ actor: viewer, sessionId: null }) };
async function* source() {
  yield 'a';
}

test('a caller without a signal gets every event of the source', async () => {
  const seen: string[] = [];
  for await (const event of whileAllowed(open, 'onJobChange', undefined, source)) seen.push(event);
  expect(seen).toEqual(['a']);
});

test('a stream is taken at its first read and released at its end, or it is refused', async () => {
  let taken = 0;
  const ctx = {
    ...open,
    takeStream: () => {
      if (taken === 1) throw new Error('too many');
      taken += 1;
      return () => {
        taken -= 1;
      };
    },
  };
  const stream = () => whileAllowed(ctx, 'onJobChange', undefined, source);
  const [first, second] = [stream(), stream()];
  expect(taken).toBe(0);
  await first.next();
  expect(await codeOf(second.next())).toBe('Error: too many');
  expect(await first.next()).toEqual({ value: undefined, done: true });
  expect(taken).toBe(0);
});

/* The typed client against the real API: how it signs in, resumes a stream and reads a refusal. */
import { callFailureOf, createClient, mayBeDone, problemOf } from '@renderdeck/client';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, PASSWORD } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

test('a session signs in by name and password, is reused by cookie and signs out', async () => {
  const client = createClient({ url: api.url });
  expect(client.cookie()).toBeNull();
  expect(problemOf(await failureOf(client.api.me.query()))?.code).toBe('unauthenticated');
  await client.signIn('ada', PASSWORD);
  expect((await client.api.me.query()).user.name).toBe('ada');

  const cookie = client.cookie() ?? undefined;
  const second = createClient({ url: api.url, cookie });
  expect((await second.api.me.query()).user.name).toBe('ada');

  await client.signOut();
  expect(client.cookie()).toBeNull();
  expect(problemOf(await failureOf(second.api.me.query()))?.code).toBe('unauthenticated');
});

test('a token signs in over HTTP and over the WebSocket', async () => {
  const token = farm.secretOf('sam');
  for (const callsOver of ['http', 'socket'] as const) {
    const client = createClient({ url: `${api.url}/`, token, callsOver });
    expect((await client.api.me.query()).user.name).toBe('sam-bot');
    await client.close();
  }
});

const nameOf = ({ job }: { readonly job: { readonly name: string } }) => job.name;

test('a stream whose WebSocket is lost resumes after the last event it has seen', async () => {
  const client = createClient({
    url: api.url,
    token: farm.secretOf('vera'),
    retryDelayMs: () => 50,
  });
  const seen: string[] = [];
  const subscription = client.api.onJobChange.subscribe(
    {},
    {
      onData: ({ data }) =>
        seen.push(...(data.type === 'changes' ? data.changes.map(nameOf) : [data.type])),
    },
  );
  await expect.poll(() => seen).toEqual(['alive']);
  await farm.submit('before');
  await expect.poll(() => seen.includes('before')).toBe(true);
  for (const socket of api.server.websocketServer.clients) socket.terminate();
  await farm.submit('meanwhile');
  await expect.poll(() => seen.includes('meanwhile'), { timeout: 60_000 }).toBe(true);
  await farm.submit('after');
  await expect.poll(() => seen.includes('after')).toBe(true);
  expect(seen.filter((name) => !['alive', 'progress'].includes(name))).toEqual([
    'before',
    'meanwhile',
    'after',
  ]);
  subscription.unsubscribe();
  await client.close();
});

test('a failed call: refused with a problem, or not answered at all', async () => {
  const viewer = createClient({ url: api.url, token: farm.secretOf('vera') });
  const refused = await failureOf(viewer.api.listUsers.query());
  expect(callFailureOf(refused)).toMatchObject({
    kind: 'refused',
    problem: { code: 'forbidden', status: 403 },
  });
  const unreachable = createClient({ url: 'http://127.0.0.1:1' });
  const lost = await failureOf(unreachable.api.me.query());
  expect([problemOf(lost), callFailureOf(lost)]).toMatchObject([null, { kind: 'unreachable' }]);
  expect([refused, lost].map(mayBeDone)).toEqual([false, false]);
  const other = new Error('of another kind');
  expect([callFailureOf(other), mayBeDone(other)]).toEqual([null, false]);
});

import type { WireHost } from '@renderdeck/contract';
import { createAdminCaller } from '@renderdeck/contract/router';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { expect, test } from 'vitest';
import { readAfterChange, translateConnectionError } from '../../src/translate-connection-error.ts';

const lost = () =>
  Object.assign(new Error('Failed query'), {
    cause: Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' }),
  });
const unavailable = {
  cause: { problem: { code: 'unavailable', status: 503, facts: { retryAfterSeconds: 5 } } },
};

/** Procedures over a fake port, with the hosts that its host stream may give. */
function setUp() {
  const fake = createFakeAdminPort();
  const ctx = {
    ...fake.contextOf(fake.signIn('ada')),
    translateError: translateConnectionError,
  };
  fake.farm.submit('Intro', 'sam');
  fake.farm.claimNext();
  return {
    fake,
    ctx,
    caller: createAdminCaller(ctx),
    follow: (stream: (host: WireHost) => AsyncGenerator<WireHost>) =>
      createAdminCaller({
        ...ctx,
        port: {
          ...ctx.port,
          async *onHostChange(requestContext) {
            const [host] = (await ctx.port.listHosts(requestContext)).hosts;
            if (host !== undefined) yield* stream(host);
          },
        },
      }).onHostChange(),
  };
}

test('without a database a call and a stream are refused as unavailable', async () => {
  const { fake, ctx, caller, follow } = setUp();
  fake.failNext('listHosts', lost());
  await expect(caller.listHosts()).rejects.toMatchObject(unavailable);
  fake.failNext('recordRefusal', lost());
  await expect(caller.cancelJob({ id: 'x' })).rejects.toMatchObject(unavailable);
  const anonymous = createAdminCaller({ ...ctx, authenticate: () => Promise.reject(lost()) });
  await expect(anonymous.listHosts()).rejects.toMatchObject(unavailable);
  const read: WireHost[] = [];
  const reading = (async () => {
    const stream = await follow(async function* (host) {
      yield host;
      throw lost();
    });
    for await (const host of stream) read.push(host);
  })();
  await expect(reading).rejects.toMatchObject(unavailable);
  expect(read).toHaveLength(1);
});

test.each([
  ['CONNECTION_CLOSED', 'outcome_unknown'],
  ['CONNECTION_DESTROYED', 'outcome_unknown'],
  ['ECONNRESET', 'outcome_unknown'],
  ['ETIMEDOUT', 'outcome_unknown'],
  ['57P01', 'outcome_unknown'],
  ['08006', 'outcome_unknown'],
  ['ECONNREFUSED', 'unavailable'],
  ['CONNECT_TIMEOUT', 'unavailable'],
  ['25006', 'unavailable'],
  ['53300', 'unavailable'],
  ['57P03', 'unavailable'],
  ['55P03', 'unavailable'],
  ['57014', 'unavailable'],
  ['40P01', 'unavailable'],
  ['25P03', 'unavailable'],
  ['53100', 'unavailable'],
  ['57P05', 'outcome_unknown'],
  ['25P04', 'outcome_unknown'],
])('a write that ended with %s is %s', async (code, told) => {
  const { fake, ctx, caller } = setUp();
  const { id } = fake.farm.submit('Outro', 'sam');
  const failWith = (method: 'setPriority' | 'listHosts' | 'login') =>
    fake.failNext(
      method,
      Object.assign(new Error('Failed query'), { cause: Object.assign(new Error(), { code }) }),
    );
  failWith('setPriority');
  const problem = { code: told, status: 503, facts: { retryAfterSeconds: expect.any(Number) } };
  await expect(caller.setPriority({ id, priority: 7 })).rejects.toMatchObject({
    cause: { problem },
  });
  const again = { cause: { problem: { code: 'unavailable' } } };
  failWith('listHosts');
  await expect(caller.listHosts()).rejects.toMatchObject(again);
  failWith('login');
  const signIn = createAdminCaller(ctx).login({ username: 'ada', password: 'x' });
  await expect(signIn).rejects.toMatchObject(again);
});

test('what is read after a change, without a database: the change may be done', async () => {
  for (const code of ['ECONNREFUSED', '57014', '55P03']) {
    const gone = Object.assign(new Error('gone'), { code });
    await expect(readAfterChange(() => Promise.reject(gone))).rejects.toMatchObject({
      cause: { problem: { code: 'outcome_unknown', facts: { retryAfterSeconds: 5 } } },
    });
  }
  const bug = new TypeError('a bug');
  await expect(readAfterChange(() => Promise.reject(bug))).rejects.toBe(bug);
  expect(await readAfterChange(async () => 7)).toBe(7);
});

test('a lock that is not to be had in time is unavailable, for a second', async () => {
  const { fake, caller } = setUp();
  const cause = Object.assign(new Error('canceling statement due to lock timeout'), {
    code: '55P03',
  });
  fake.failNext('listHosts', Object.assign(new Error('Failed query'), { cause }));
  await expect(caller.listHosts()).rejects.toMatchObject({
    message: expect.stringContaining('waits for another change'),
    cause: { problem: { code: 'unavailable', facts: { retryAfterSeconds: 1 } } },
  });
});

test('another error stays as it is, and a stream ends when its reader leaves', async () => {
  const { fake, caller, follow } = setUp();
  const bug = new TypeError('a bug');
  fake.failNext('listHosts', bug);
  expect(translateConnectionError(bug)).toBe(bug);
  await expect(caller.listHosts()).rejects.toMatchObject({ cause: bug });
  let ended = false;
  const stream = await follow(async function* (host) {
    try {
      yield host;
      yield host;
    } finally {
      ended = true;
    }
  });
  for await (const _ of stream) break;
  expect(ended).toBe(true);
});

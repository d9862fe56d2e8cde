import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import {
  createFakeAdminPort,
  FAKE_PASSWORD,
  type FakeAdminPort,
} from '../testing/fake-admin-port.ts';
import { refuse } from './errors.ts';
import { createAdminCaller, problemOf } from './router.ts';

type Line = readonly [action: string, outcome: string, code: string | null, jobId: string | null];

function linesOf(fake: FakeAdminPort): Line[] {
  return fake.audit.map(({ action, outcome, code, jobId }) => [action, outcome, code, jobId]);
}

const callerOf = (fake: FakeAdminPort, name: Parameters<FakeAdminPort['signIn']>[0]) =>
  createAdminCaller(fake.contextOf(fake.signIn(name)));

/** Gives `done`, or the code of the refusal. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
}

test('a refused write adds an audit line, whichever part refuses it', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const as = (name: 'sam' | 'ada' | null) => callerOf(fake, name);
  fake.farm.claimNext();
  expect(await outcomeOf(as(null).cancelJob({ id }))).toBe('unauthenticated');
  expect(await outcomeOf(as('sam').cancelJob({ id }))).toBe('forbidden');
  expect(await outcomeOf(as('ada').cancelJob({ id: 'x' }))).toBe('invalid_input');
  expect(await outcomeOf(as('ada').setPriority({ id, priority: 500 }))).toBe('invalid_input');
  expect(await outcomeOf(as('ada').setPriority({ id, priority: 60 }))).toBe('job_not_queued');
  expect(linesOf(fake)).toEqual([
    ['cancelJob', 'refused', 'unauthenticated', id],
    ['cancelJob', 'refused', 'forbidden', id],
    ['cancelJob', 'refused', 'invalid_input', null],
    ['setPriority', 'refused', 'invalid_input', id],
    ['setPriority', 'refused', 'job_not_queued', id],
  ]);
});

test('a refused read adds an audit line only if the access table refused it', async () => {
  const fake = createFakeAdminPort();
  const anonymous = callerOf(fake, null);
  const viewer = callerOf(fake, 'vera');
  expect(await outcomeOf(anonymous.listJobs({}))).toBe('unauthenticated');
  expect(await outcomeOf(viewer.verifyAudit({}))).toBe('forbidden');
  expect(await outcomeOf(viewer.getJob({ id: 'x' }))).toBe('invalid_input');
  expect(await outcomeOf(viewer.getJob({ id: crypto.randomUUID() }))).toBe('job_not_found');
  expect(await outcomeOf(viewer.listHosts())).toBe('done');
  expect(linesOf(fake)).toEqual([
    ['listJobs', 'refused', 'unauthenticated', null],
    ['verifyAudit', 'refused', 'forbidden', null],
  ]);
});

test('the operation itself records a wrong password, so only one line is added', async () => {
  const fake = createFakeAdminPort();
  const login = callerOf(fake, null).login({ username: 'sam', password: 'wrong' });
  expect(await outcomeOf(login)).toBe('wrong_credentials');
  expect(linesOf(fake)).toEqual([['login', 'refused', 'wrong_credentials', null]]);
});

test('a failure of the server adds no audit line', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const call = callerOf(fake, 'ada');
  fake.failNext('cancelJob', new Error('connection lost'));
  expect(await outcomeOf(call.cancelJob({ id }))).toBe('internal');
  fake.failNext('cancelJob', refuse('unavailable'));
  expect(await outcomeOf(call.cancelJob({ id }))).toBe('unavailable');
  expect(fake.audit).toEqual([]);
});

test('sign-in sets the cookie and sign-out clears it, if the channel has cookies', async () => {
  const fake = createFakeAdminPort();
  const cookies: (string | null)[] = [];
  const cookie = {
    set: async (id: string) => void cookies.push(id),
    clear: async () => void cookies.push(null),
  };
  const call = createAdminCaller(fake.contextOf(null, {}, cookie));
  const sam = { username: 'sam', password: FAKE_PASSWORD };
  const signedIn = { user: { name: 'sam', role: 'submitter' } };
  expect(await call.login(sam)).toEqual(signedIn);
  expect(await call.logout()).toEqual({ success: true });
  expect(cookies).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), null]);
  const bare = callerOf(fake, null);
  expect(await bare.login(sam)).toEqual(signedIn);
  expect(await bare.logout()).toEqual({ success: true });
});

test('every call authenticates, so a revoked session is refused at once', async () => {
  const fake = createFakeAdminPort();
  const call = callerOf(fake, 'ada');
  expect((await call.me()).user.name).toBe('ada');
  await call.logout();
  expect(await outcomeOf(call.me())).toBe('unauthenticated');
});

test('afterAudited runs for each call that may add an audit line, with its outcome', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const calls: [string, boolean][] = [];
  const as = (name: 'vera' | 'ada') =>
    createAdminCaller({
      ...fake.contextOf(fake.signIn(name)),
      afterAudited: (action, isDone) => void calls.push([action, isDone]),
    });
  await as('ada').setPriority({ id, priority: 60 });
  await as('vera').listHosts();
  expect(await outcomeOf(as('vera').getJob({ id: 'x' }))).toBe('invalid_input');
  expect(await outcomeOf(as('vera').cancelJob({ id }))).toBe('forbidden');
  expect(await outcomeOf(as('vera').verifyAudit({}))).toBe('forbidden');
  fake.failNext('cancelJob', new Error('a bug'));
  expect(await outcomeOf(as('ada').cancelJob({ id }))).toBe('internal');
  expect(calls).toEqual([
    ['setPriority', true],
    ['cancelJob', false],
    ['verifyAudit', false],
    ['cancelJob', false],
  ]);
});

test('an error that only the server knows is translated by the server', async () => {
  const fake = createFakeAdminPort();
  const call = createAdminCaller({
    ...fake.contextOf(fake.signIn('ada')),
    translateError: () => refuse('unavailable'),
  });
  fake.failNext('listHosts', new Error('connection lost'));
  expect(await outcomeOf(call.listHosts())).toBe('unavailable');
});

test('translateError is told whether the error ended a write that had begun', async () => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const context = {
    ...fake.contextOf(fake.signIn('ada')),
    translateError: (error: unknown, hasBegun = false) =>
      problemOf(error).code === 'internal'
        ? refuse(hasBegun ? 'outcome_unknown' : 'unavailable')
        : error,
  };
  const call = createAdminCaller(context);
  const lost = new Error('connection lost');
  fake.failNext('cancelJob', lost);
  expect(await outcomeOf(call.cancelJob({ id }))).toBe('outcome_unknown');
  fake.failNext('login', lost);
  expect(await outcomeOf(call.login({ username: 'sam', password: 'x' }))).toBe('unavailable');
  const anonymous = createAdminCaller({ ...context, authenticate: () => Promise.reject(lost) });
  expect(await outcomeOf(anonymous.cancelJob({ id }))).toBe('unavailable');
});

import { ACTIONS, type Action, ROLES } from '@renderdeck/domain';
import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  createFakeAdminPort,
  FAKE_PASSWORD,
  type FakeAdminPort,
} from '../testing/fake-admin-port.ts';
import { createWebhookInput, joinHost, type ProcedureSpec } from './index.ts';
import {
  type AdminCaller,
  adminRouter,
  createAdminCaller,
  PROCEDURES,
  problemOf,
} from './router.ts';

const USERS = { anonymous: null, viewer: 'vera', submitter: 'sam', admin: 'ada' } as const;
const isAction = (name: string): name is Action => name in ACTIONS;
const actions = Object.keys(ACTIONS).filter(isAction);

const SYSTEM = {
  actor: { kind: 'system', name: 'test' },
  channel: 'trpc',
  address: null,
  requestId: null,
} as const;
const VERIFIER = joinHost.rest.example.body.verifier;
const WEBHOOK = { address: 'https://desk.example/hook', events: ['failed' as const] };
const addWebhook = (fake: FakeAdminPort) =>
  fake.port.createWebhook(SYSTEM, createWebhookInput.parse({ name: 'desk', ...WEBHOOK }));

type Call = (call: AdminCaller, fake: FakeAdminPort, jobId: string) => Promise<unknown>;
/** Calls that need more than the body of the example and the id of a job. */
const SPECIAL_CALLS: Readonly<Partial<Record<Action, Call>>> = {
  login: (call) => call.login({ username: 'sam', password: FAKE_PASSWORD }),
  changePassword: (call) =>
    call.changePassword({ current: FAKE_PASSWORD, next: 'another long password' }),
  getLogText: (call, fake, id) => {
    fake.farm.claimNext();
    return call.getLogText({ id });
  },
  getAttemptUsage: (call, fake, id) => {
    fake.farm.claimNext();
    return call.getAttemptUsage({ id });
  },
  listPictures: (call, _, id) => call.listPictures({ ids: [id] }),
  getPicture: (call, fake, id) => {
    const shown = { attempt: 1, number: 1, frame: 1, moment: null, at: new Date().toISOString() };
    fake.farm.pictures.set(id, [{ ...shown, width: 320, height: 180, webp: 'UklGRg==' }]);
    return call.getPicture({ id, attempt: 1, picture: 1 });
  },
  getOutputLink: (call, fake, id) => {
    fake.farm.outputs.set(id, 'the bytes');
    return call.getOutputLink({ id, attempt: 1, output: 1 });
  },
  getOutputFile: async (call, fake, id) => {
    fake.farm.outputs.set(id, 'the bytes');
    const place = { id, attempt: 1, output: 1 };
    const { address } = await call.getOutputLink(place);
    return await call.getOutputFile({ ...place, link: address?.split('link=')[1] ?? '' });
  },
  onJobChange: async (call) => first(await call.onJobChange({})),
  onAttemptLog: async (call, fake, id) => {
    const chunk = { attempt: 1, seq: 1, stream: 'aerender', lines: ['PROGRESS: 1'] } as const;
    fake.farm.logOf(id).push({ ...chunk, at: new Date().toISOString(), lines: [...chunk.lines] });
    return first(await call.onAttemptLog({ id }));
  },
  onHostChange: async (call) => first(await call.onHostChange()),
  getReceipt: async (call, fake, id) => {
    const { receipt } = await fake.port.cancelJob(SYSTEM, { id, waitMs: 0 });
    return call.getReceipt({ number: receipt.number });
  },
  previewSubmit: (call) => call.previewSubmit({ priority: 60 }),
  previewPriority: (call, _, id) => call.previewPriority({ id, priority: 60 }),
  listAttempts: (call) =>
    call.listAttempts({ from: '2026-03-01T12:00:00.000Z', to: '2026-03-01T13:00:00.000Z' }),
  drainHost: (call) => call.drainHost({ name: 'render-01' }),
  resumeHost: (call) => call.resumeHost({ name: 'render-01' }),
  checkHost: (call) => call.checkHost({ name: 'render-01', waitMs: 0 }),
  declareHostGone: (call, fake) => {
    fake.farm.silence('render-02');
    return call.declareHostGone({ name: 'render-02', confirmName: 'render-02', reason: 'Burned.' });
  },
  releaseHost: (call, fake) => {
    fake.farm.silence('render-02');
    return call.releaseHost({ name: 'render-02', reason: 'Replaced.' });
  },
  inviteHost: (call) => call.inviteHost({ name: 'ae-01' }),
  withdrawInvitation: (call) => call.withdrawInvitation({ name: 'ae-01' }),
  joinHost: async (call, fake) => {
    const { token } = await fake.port.inviteHost(SYSTEM, { name: 'ae-01', replace: false });
    return await call.joinHost({ token, verifier: VERIFIER });
  },
  revokeHostLogin: async (call, fake) => {
    const { token } = await fake.port.inviteHost(SYSTEM, { name: 'ae-01', replace: false });
    await fake.port.joinHost(SYSTEM, { token, verifier: VERIFIER });
    return await call.revokeHostLogin({ name: 'ae-01', reason: 'Stolen.' });
  },
  updateUser: (call) => call.updateUser({ name: 'vera', role: 'submitter' }),
  revokeToken: (call, fake) => {
    return fake.port
      .createToken(SYSTEM, { name: 'old', role: 'viewer' })
      .then(() => call.revokeToken({ name: 'old' }));
  },
  updateWebhook: (call, fake) =>
    addWebhook(fake).then(() => call.updateWebhook({ name: 'desk', disabled: true })),
  deleteWebhook: (call, fake) => addWebhook(fake).then(() => call.deleteWebhook({ name: 'desk' })),
  testWebhook: (call, fake) => addWebhook(fake).then(() => call.testWebhook({ name: 'desk' })),
  redeliver: (call, fake) =>
    addWebhook(fake)
      .then(() => fake.port.testWebhook(SYSTEM, { name: 'desk' }))
      .then(({ delivery: { id } }) => call.redeliver({ delivery: id })),
  revokeSession: (call, fake) => call.revokeSession({ id: fake.signIn('vera') ?? '' }),
};
const specs: Readonly<Record<Action, ProcedureSpec>> = PROCEDURES;

/** Calls an action with the body of its example, and with the id of a job if it takes an id. */
function callOf(action: Action): Call {
  const { input, rest } = specs[action];
  const name: string = action;
  return async (caller, _, id) => {
    const call: (input: unknown) => Promise<unknown> = Reflect.get(caller, name);
    const ofJob = input !== undefined && 'id' in input.shape ? { id } : {};
    const body = z.looseObject({}).parse(rest?.example.body ?? {});
    return await call(input === undefined ? undefined : { ...ofJob, ...body });
  };
}

async function first(events: AsyncIterable<unknown>): Promise<unknown> {
  for await (const event of events) return event;
  return null;
}

test('the router has each procedure under the name of its action', () => {
  expect(Object.keys(adminRouter).filter(isAction).sort()).toEqual(actions.toSorted());
  for (const [name, { action }] of Object.entries(PROCEDURES)) expect(action).toBe(name);
});

/** Calls an action without an input. Gives the actions that were refused, and the code. */
async function attempt(action: Action, role: keyof typeof USERS) {
  const fake = createFakeAdminPort();
  const caller = createAdminCaller(fake.contextOf(fake.signIn(USERS[role])));
  const name: string = action;
  const code: string = await Reflect.get(caller, name)().then(
    () => 'allowed',
    (error: unknown) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
  const isRefused = ['unauthenticated', 'forbidden'].includes(code);
  return isRefused ? [code, ...fake.audit.map((line) => line.action)] : 'passed on';
}

test.each(actions)('%s is refused to roles that are too low, as that action', async (action) => {
  const needed = ACTIONS[action].role;
  for (const role of ['anonymous', ...ROLES] as const) {
    const index = role === 'anonymous' ? -1 : ROLES.indexOf(role);
    const isAllowed = needed === 'anyone' || index >= ROLES.indexOf(needed);
    const refused = [index < 0 ? 'unauthenticated' : 'forbidden', action];
    expect([role, await attempt(action, role)]).toEqual([role, isAllowed ? 'passed on' : refused]);
  }
});

test.each(actions)('%s with a valid input succeeds for an admin', async (action) => {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const caller = createAdminCaller(fake.contextOf(fake.signIn('ada')));
  const call = SPECIAL_CALLS[action] ?? callOf(action);
  await expect(call(caller, fake, id)).resolves.not.toThrow();
});

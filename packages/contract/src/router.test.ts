import { type Action, ACTIONS as ALL, ROLES } from '@renderdeck/domain';
import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import {
  createFakeAdminPort,
  FAKE_PASSWORD,
  type FakeAdminPort,
} from '../testing/fake-admin-port.ts';
import { createWebhookInput } from './index.ts';
import { type AdminCaller, adminRouter, createAdminCaller, problemOf } from './router.ts';

const nexrenderJob = { template: { src: 'file:///a.aep', composition: 'main' } };
const USERS = { anonymous: null, viewer: 'vera', submitter: 'sam', admin: 'ada' } as const;

const SYSTEM = {
  actor: { kind: 'system', name: 'test' },
  channel: 'trpc',
  address: null,
  requestId: null,
} as const;
const WEBHOOK = { address: 'https://desk.example/hook', events: ['failed' as const] };
const addWebhook = (fake: FakeAdminPort) =>
  fake.port.createWebhook(SYSTEM, createWebhookInput.parse({ name: 'desk', ...WEBHOOK }));

/** Calls each action once, with a valid input. */
const ACTIONS: Readonly<
  Record<Action, (call: AdminCaller, fake: FakeAdminPort, jobId: string) => Promise<unknown>>
> = {
  login: (call) => call.login({ username: 'sam', password: FAKE_PASSWORD }),
  logout: (call) => call.logout(),
  me: (call) => call.me(),
  changePassword: (call) =>
    call.changePassword({ current: FAKE_PASSWORD, next: 'another long password' }),
  listJobs: (call) => call.listJobs({}),
  getJob: (call, _, id) => call.getJob({ id }),
  listHosts: (call) => call.listHosts(),
  getMeasures: (call) => call.getMeasures({}),
  getAttemptLog: (call, _, id) => call.getAttemptLog({ id }),
  getLogText: (call, fake, id) => {
    fake.farm.claimNext();
    return call.getLogText({ id });
  },
  getAttemptUsage: (call, fake, id) => {
    fake.farm.claimNext();
    return call.getAttemptUsage({ id });
  },
  onJobChange: async (call) => first(await call.onJobChange({})),
  onAttemptLog: async (call, fake, id) => {
    const chunk = { attempt: 1, seq: 1, stream: 'aerender', lines: ['PROGRESS: 1'] } as const;
    fake.farm.logOf(id).push({ ...chunk, at: new Date().toISOString(), lines: [...chunk.lines] });
    return first(await call.onAttemptLog({ id }));
  },
  onHostChange: async (call) => first(await call.onHostChange()),
  listJobChanges: (call, _, id) => call.listJobChanges({ id }),
  getReceipt: async (call, fake, id) => {
    const { receipt } = await fake.port.cancelJob(SYSTEM, { id, waitMs: 0 });
    return call.getReceipt({ number: receipt.number });
  },
  listReasons: (call) => call.listReasons(),
  submitJob: (call) => call.submitJob({ job: nexrenderJob }),
  previewSubmit: (call) => call.previewSubmit({ priority: 60 }),
  resubmitJob: (call, _, id) => call.resubmitJob({ id }),
  previewPriority: (call, _, id) => call.previewPriority({ id, priority: 60 }),
  cancelJob: (call, _, id) => call.cancelJob({ id }),
  setPriority: (call, _, id) => call.setPriority({ id, priority: 60 }),
  checkHost: (call) => call.checkHost({ name: 'render-01', waitMs: 0 }),
  declareHostGone: (call, fake) => {
    fake.farm.silence('render-02');
    return call.declareHostGone({ name: 'render-02', confirmName: 'render-02', reason: 'Burned.' });
  },
  releaseHost: (call, fake) => {
    fake.farm.silence('render-02');
    return call.releaseHost({ name: 'render-02', reason: 'Replaced.' });
  },
  listAudit: (call) => call.listAudit({}),
  verifyAudit: (call) => call.verifyAudit({}),
  listUsers: (call) => call.listUsers(),
  createUser: (call) => call.createUser({ name: 'new', role: 'viewer', password: FAKE_PASSWORD }),
  updateUser: (call) => call.updateUser({ name: 'vera', role: 'submitter' }),
  listTokens: (call) => call.listTokens(),
  createToken: (call) => call.createToken({ name: 'script', role: 'submitter', expiresInDays: 1 }),
  revokeToken: (call, fake) => {
    return fake.port
      .createToken(SYSTEM, { name: 'old', role: 'viewer' })
      .then(() => call.revokeToken({ name: 'old' }));
  },
  listSessions: (call) => call.listSessions(),
  listWebhooks: (call) => call.listWebhooks(),
  createWebhook: (call) => call.createWebhook({ name: 'new', ...WEBHOOK }),
  updateWebhook: (call, fake) =>
    addWebhook(fake).then(() => call.updateWebhook({ name: 'desk', disabled: true })),
  deleteWebhook: (call, fake) => addWebhook(fake).then(() => call.deleteWebhook({ name: 'desk' })),
  testWebhook: (call, fake) => addWebhook(fake).then(() => call.testWebhook({ name: 'desk' })),
  listDeliveries: (call) => call.listDeliveries({}),
  redeliver: (call, fake) =>
    addWebhook(fake)
      .then(() => fake.port.testWebhook(SYSTEM, { name: 'desk' }))
      .then(({ delivery: { id } }) => call.redeliver({ delivery: id })),
  revokeSession: (call, fake) => call.revokeSession({ id: fake.signIn('vera') ?? '' }),
};

async function first(events: AsyncIterable<unknown>): Promise<unknown> {
  for await (const event of events) return event;
  return null;
}

/** Gives `yes`, or the code of the refusal. */
async function attempt(action: Action, role: keyof typeof USERS): Promise<string> {
  const fake = createFakeAdminPort();
  const { id } = fake.farm.submit('Intro', 'sam');
  const call = createAdminCaller(fake.contextOf(fake.signIn(USERS[role])));
  return ACTIONS[action](call, fake, id).then(
    () => 'yes',
    (error) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
}

test('the procedures are the actions of the access table', () => {
  expect(Object.keys(adminRouter._def.procedures).sort()).toEqual(Object.keys(ALL).sort());
});

test('the access of each role, and without a session, to each action', async () => {
  const grid: string[] = [];
  for (const action of Object.keys(adminRouter._def.procedures)) {
    if (!isAction(action)) throw new Error(`${action} is missing from the access table.`);
    const answers = [];
    for (const role of ['anonymous', ...ROLES] as const) answers.push(await attempt(action, role));
    grid.push(
      [action.padEnd(16), ...answers.map((answer) => answer.padEnd(16))].join('').trimEnd(),
    );
  }
  expect(`\n${grid.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    login           yes             yes             yes             yes
    logout          yes             yes             yes             yes
    me              unauthenticated yes             yes             yes
    changePassword  unauthenticated yes             yes             yes
    listJobs        unauthenticated yes             yes             yes
    getJob          unauthenticated yes             yes             yes
    listJobChanges  unauthenticated yes             yes             yes
    getReceipt      unauthenticated yes             yes             yes
    listReasons     unauthenticated forbidden       forbidden       yes
    previewPriority unauthenticated yes             yes             yes
    previewSubmit   unauthenticated forbidden       yes             yes
    listHosts       unauthenticated yes             yes             yes
    getMeasures     unauthenticated yes             yes             yes
    listAudit       unauthenticated yes             yes             yes
    verifyAudit     unauthenticated forbidden       forbidden       yes
    getAttemptLog   unauthenticated yes             yes             yes
    getLogText      unauthenticated yes             yes             yes
    getAttemptUsage unauthenticated yes             yes             yes
    submitJob       unauthenticated forbidden       yes             yes
    resubmitJob     unauthenticated forbidden       yes             yes
    cancelJob       unauthenticated forbidden       forbidden       yes
    setPriority     unauthenticated forbidden       forbidden       yes
    checkHost       unauthenticated forbidden       forbidden       yes
    declareHostGone unauthenticated forbidden       forbidden       yes
    releaseHost     unauthenticated forbidden       forbidden       yes
    onJobChange     unauthenticated yes             yes             yes
    onAttemptLog    unauthenticated yes             yes             yes
    onHostChange    unauthenticated yes             yes             yes
    listUsers       unauthenticated forbidden       forbidden       yes
    createUser      unauthenticated forbidden       forbidden       yes
    updateUser      unauthenticated forbidden       forbidden       yes
    listTokens      unauthenticated forbidden       forbidden       yes
    createToken     unauthenticated forbidden       forbidden       yes
    revokeToken     unauthenticated forbidden       forbidden       yes
    listSessions    unauthenticated forbidden       forbidden       yes
    revokeSession   unauthenticated forbidden       forbidden       yes
    listWebhooks    unauthenticated forbidden       forbidden       yes
    createWebhook   unauthenticated forbidden       forbidden       yes
    updateWebhook   unauthenticated forbidden       forbidden       yes
    deleteWebhook   unauthenticated forbidden       forbidden       yes
    testWebhook     unauthenticated forbidden       forbidden       yes
    listDeliveries  unauthenticated forbidden       forbidden       yes
    redeliver       unauthenticated forbidden       forbidden       yes
    "
  `);
});

function isAction(name: string): name is Action {
  return name in ALL;
}

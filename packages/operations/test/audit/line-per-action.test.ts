/*
 * Every action commits together with its audit line. For each action in turn, the tests make one of
 * the two fail and expect that neither is saved. Long because: it has one entry for each action.
 */

import { WRITES } from '@renderdeck/domain';
import { verifierOf } from '@renderdeck/store/host-login-sql';
import { afterEach, beforeAll, expect, it } from 'vitest';
import {
  addTestMessage,
  createWebhook,
  deleteWebhook,
  redeliver,
  updateWebhook,
} from '../../src/extras.ts';
import {
  cancelJob,
  changePassword,
  checkHost,
  createToken,
  createUser,
  declareHostGone,
  drainHost,
  inviteHost,
  joinHost,
  login,
  logout,
  releaseHost,
  resubmitJob,
  resumeHost,
  revokeHostLogin,
  revokeSession,
  revokeToken,
  sealAudit,
  setPriority,
  setTags,
  submitJob,
  updateUser,
  withdrawInvitation,
} from '../../src/index.ts';
import {
  aFarm,
  anOpenAttempt,
  aQueuedJob,
  aSession,
  aUser,
  expectDone,
  PASSWORD,
} from '../../testing/index.ts';

const farm = aFarm();
const { admin } = farm;
let samId: string;
beforeAll(async () => {
  await farm.sql.unsafe(
    `create function broken() returns trigger language plpgsql as
    $$ begin raise exception 'broken on purpose'; end $$`,
  );
  samId = (await aUser(farm, 'sam')).id;
});

/** The tables that the actions change. */
const CHANGED = [
  'jobs',
  'users',
  'sessions',
  'api_tokens',
  'render_hosts',
  'host_invitations',
  'host_logins',
  'webhooks',
  'webhook_deliveries',
];
const aWebhook = (name: string) => ({
  name,
  address: 'https://desk.example/hook',
  events: ['ended' as const],
  submittedBy: null,
  namePart: null,
  host: null,
  shape: 'renderdeck' as const,
});

const invite = (name: string) =>
  inviteHost(admin, { name, replaces: true, expiresInMinutes: null });

/** For each action, a function that prepares the farm for it and returns the call. */
const ACTIONS: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  submitJob: async () => () =>
    submitJob(admin, { name: 'Intro', priority: 50, nexrenderJob: { apiKey: 'x' } }),
  async resubmitJob() {
    const { job } = await aQueuedJob(farm);
    return () => resubmitJob(admin, { id: job.id });
  },
  async cancelJob() {
    const { job } = await aQueuedJob(farm);
    return () => cancelJob(admin, { id: job.id, reason: 'wrong colours' });
  },
  async setPriority() {
    const { job } = await aQueuedJob(farm);
    return () => setPriority(admin, { id: job.id, priority: 70, expectedVersion: null });
  },
  async setTags() {
    const { job } = await aQueuedJob(farm);
    return () => setTags(admin, { id: job.id, tags: ['gpu'], expectedVersion: null });
  },
  async declareHostGone() {
    await anOpenAttempt(farm, 'ae-03');
    return () => declareHostGone(admin, { name: 'ae-03', reason: 'It burned.' });
  },
  async checkHost() {
    await farm.worker('ae-05');
    return () => checkHost(admin, { name: 'ae-05' });
  },
  async drainHost() {
    await farm.worker('ae-06');
    return () => drainHost(admin, { name: 'ae-06', reason: null });
  },
  async resumeHost() {
    await farm.worker('ae-07');
    await drainHost(admin, { name: 'ae-07', reason: null });
    return () => resumeHost(admin, { name: 'ae-07' });
  },
  async releaseHost() {
    await anOpenAttempt(farm, 'ae-04');
    return () => releaseHost(admin, { name: 'ae-04', reason: 'Replaced.' });
  },
  inviteHost: async () => () =>
    inviteHost(admin, { name: 'ae-08', replaces: false, expiresInMinutes: null }),
  async withdrawInvitation() {
    expectDone(await invite('ae-11'));
    return () => withdrawInvitation(admin, { name: 'ae-11' });
  },
  async joinHost() {
    const { token } = expectDone(await invite('ae-09'));
    return () => joinHost(admin, { token, name: null, verifier: verifierOf(PASSWORD) });
  },
  async revokeHostLogin() {
    const { token } = expectDone(await invite('ae-10'));
    await joinHost(admin, { token, name: null, verifier: verifierOf(PASSWORD) });
    return () => revokeHostLogin(admin, { name: 'ae-10', reason: 'Stolen.' });
  },
  createUser: async () => () =>
    createUser(admin, { name: 'new', role: 'viewer', password: PASSWORD }),
  async updateUser() {
    await aSession(farm, 'sam');
    return () => updateUser(admin, { name: 'sam', role: 'submitter' });
  },
  createToken: async () => () =>
    createToken(admin, { name: 'bot', role: 'viewer', expiresInDays: 1 }),
  async revokeToken() {
    await createToken(admin, { name: 'old', role: 'viewer', expiresInDays: 1 });
    return () => revokeToken(admin, { name: 'old' });
  },
  async revokeSession() {
    const id = await aSession(farm, 'sam');
    return () => revokeSession(admin, { id });
  },
  async changePassword() {
    const sessionId = await aSession(farm, 'sam');
    const actor = { kind: 'user', id: samId, name: 'sam', role: 'viewer' } as const;
    const requestContext = { ...admin.requestContext, actor };
    return () =>
      changePassword(
        { ...admin, requestContext },
        { current: PASSWORD, next: PASSWORD, sessionId },
      );
  },
  createWebhook: async () => () => createWebhook(admin, aWebhook('new')),
  async updateWebhook() {
    await createWebhook(admin, aWebhook('changed'));
    return () => updateWebhook(admin, { name: 'changed', disabled: true, newSecret: true });
  },
  async deleteWebhook() {
    await createWebhook(admin, aWebhook('deleted'));
    return () => deleteWebhook(admin, { name: 'deleted' });
  },
  async testWebhook() {
    await createWebhook(admin, aWebhook('tested'));
    return () => addTestMessage(admin, { name: 'tested', leaseMs: 60_000 });
  },
  async redeliver() {
    await createWebhook(admin, aWebhook('told'));
    const { id } = expectDone(await addTestMessage(admin, { name: 'told', leaseMs: 60_000 }));
    return () => redeliver(admin, { delivery: id });
  },
  login: async () => () => login(admin, { username: 'sam', password: PASSWORD }),
  async logout() {
    const id = await aSession(farm, 'sam');
    return () => logout(admin, { sessionId: id });
  },
};

/**
 * The rows that an action may change. Counts of sign-ins are left out, because they stay after a
 * failure.
 */
const rows = async () =>
  (
    await farm.sql`select
      (select json_agg(j order by id) from jobs j) as jobs,
      (select json_agg(d order by job_id) from job_definitions d) as definitions,
      (select json_agg(s order by job_id) from job_secrets s) as secrets,
      (select json_agg(c order by id) from job_changes c) as changes,
      (select json_agg(a order by id) from attempts a) as attempts,
      (select json_agg(h order by name) from render_hosts h) as hosts,
      (select json_agg(u order by id) from users u) as users,
      (select json_agg(s order by id) from sessions s) as sessions,
      (select json_agg(t order by id) from api_tokens t) as tokens,
      (select json_agg(i order by id) from host_invitations i) as invitations,
      (select json_agg(l order by host) from host_logins l) as logins,
      (select json_agg(w order by id) from webhooks w) as webhooks,
      (select json_agg(s order by webhook_id) from webhook_secrets s) as webhook_secrets,
      (select json_agg(d order by id) from webhook_deliveries d) as deliveries,
      (select count(*) from audit_log) as lines`
  )[0];

afterEach(async () => {
  for (const table of ['audit_log', ...CHANGED])
    await farm.sql.unsafe(`drop trigger if exists breaks on ${table}`);
  await farm.sql`delete from login_attempts`;
  await farm.sql`delete from api_tokens`;
  await farm.sql`delete from webhooks`;
  await farm.sql`delete from users where name = 'new'`;
});

const failure = (action: () => Promise<unknown>) =>
  action().then(
    () => 'done',
    (error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error),
  );

it('every action that changes something is tested here', () => {
  expect(Object.keys(ACTIONS).sort()).toEqual([...WRITES].sort());
});

it.each(Object.keys(ACTIONS))(
  '%s: if its audit line cannot be written, nothing is done',
  async (name) => {
    const action = await ACTIONS[name]?.();
    const before = await rows();
    await farm.sql`
      create trigger breaks before insert on audit_log
      for each row execute function broken()`;
    expect(await failure(action ?? fail)).toContain('broken on purpose');
    expect(await rows()).toEqual(before);
  },
);

it.each(Object.keys(ACTIONS))(
  '%s: if it cannot be committed, it leaves no audit line',
  async (name) => {
    const action = await ACTIONS[name]?.();
    const before = await rows();
    // A deferred trigger fails at the commit, after the audit line was written.
    for (const table of CHANGED)
      await farm.sql.unsafe(
        `create constraint trigger breaks after insert or update or delete on ${table}
        deferrable initially deferred for each row execute function broken()`,
      );
    expect(await failure(action ?? fail)).toContain('broken on purpose');
    expect(await rows()).toEqual(before);
  },
);

it.each(Object.keys(ACTIONS))(
  '%s: if it commits, it leaves exactly one audit line, which is sealed',
  async (name) => {
    const action = await ACTIONS[name]?.();
    await sealAudit(farm);
    const seen = await farm.trace(action ?? fail);
    expect(seen.audit.map((line) => [line.action, line.outcome])).toEqual([[name, 'done']]);
    expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  },
);

function fail(): never {
  throw new Error('no such action');
}

/*
 * Every action commits together with its audit line. The tests make one of the two fail, for each
 * action in turn, and expect that neither is saved.
 */

import { WRITES } from '@renderdeck/domain';
import { afterEach, expect, it } from 'vitest';
import {
  cancelJob,
  checkHost,
  createToken,
  createUser,
  declareHostGone,
  login,
  logout,
  releaseHost,
  revokeSession,
  revokeToken,
  sealAudit,
  setPriority,
  submitJob,
  updateUser,
} from '../../src/index.ts';
import {
  aFarm,
  anOpenAttempt,
  aQueuedJob,
  aSession,
  aUser,
  PASSWORD,
} from '../../testing/index.ts';

const farm = await aFarm();
const { admin } = farm;
await farm.sql.unsafe(
  `create function broken() returns trigger language plpgsql as
  $$ begin raise exception 'broken on purpose'; end $$`,
);
await aUser(farm, 'sam');

/** For each action, a function that prepares the farm for it and returns the call. */
const ACTIONS: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  submitJob: async () => () =>
    submitJob(admin, { name: 'Intro', priority: 50, nexrenderJob: { apiKey: 'x' } }),
  async cancelJob() {
    const { job } = await aQueuedJob(farm);
    return () => cancelJob(admin, { id: job.id, reason: 'wrong colours' });
  },
  async setPriority() {
    const { job } = await aQueuedJob(farm);
    return () => setPriority(admin, { id: job.id, priority: 70, expectedVersion: null });
  },
  async declareHostGone() {
    await anOpenAttempt(farm, 'ae-03');
    return () => declareHostGone(admin, { name: 'ae-03', reason: 'It burned.' });
  },
  async checkHost() {
    await farm.worker('ae-05');
    return () => checkHost(admin, { name: 'ae-05' });
  },
  async releaseHost() {
    await anOpenAttempt(farm, 'ae-04');
    return () => releaseHost(admin, { name: 'ae-04', reason: 'Replaced.' });
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
  login: async () => () => login(admin, { username: 'sam', password: PASSWORD }),
  async logout() {
    const id = await aSession(farm, 'sam');
    return () => logout(admin, { sessionId: id });
  },
};

/** The rows that an action may change. Counts of sign-ins are left out: a failure keeps them. */
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
      (select count(*) from audit_log) as lines`
  )[0];

afterEach(async () => {
  for (const table of ['audit_log', 'jobs', 'users', 'sessions', 'api_tokens', 'render_hosts'])
    await farm.sql.unsafe(`drop trigger if exists breaks on ${table}`);
  await farm.sql`delete from login_attempts`;
  await farm.sql`delete from api_tokens`;
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
  '%s: when its audit line cannot be written, nothing is done',
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
  '%s: when it cannot be committed, it leaves no audit line',
  async (name) => {
    const action = await ACTIONS[name]?.();
    const before = await rows();
    // A deferred trigger fails at the commit, after the audit line was written.
    for (const table of ['jobs', 'users', 'sessions', 'api_tokens', 'render_hosts'])
      await farm.sql.unsafe(
        `create constraint trigger breaks after insert or update on ${table}
        deferrable initially deferred for each row execute function broken()`,
      );
    expect(await failure(action ?? fail)).toContain('broken on purpose');
    expect(await rows()).toEqual(before);
  },
);

it.each(Object.keys(ACTIONS))(
  '%s: when it commits, it leaves exactly one audit line, which is sealed',
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

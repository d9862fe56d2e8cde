/* No act without its line, no line without its act: each side of every act's transaction is broken in turn, and both are gone. */

import { WRITES } from '@renderdeck/domain';
import { afterEach, expect, it } from 'vitest';
import {
  cancelJob,
  createToken,
  createUser,
  login,
  logout,
  revokeSession,
  revokeToken,
  sealAudit,
  setPriority,
  submitJob,
  updateUser,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, aSession, aUser, PASSWORD } from '../../testing/index.ts';

const farm = await aFarm();
const { admin } = farm;
await farm.look.unsafe(
  `create function broken() returns trigger language plpgsql as $$ begin raise exception 'broken on purpose'; end $$`,
);
await aUser(farm, 'sam');

/** Each act, made ready: what is there before it must be there after it failed. */
const ACTS: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
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

/** What an act may change; that a sign-in was tried is counted whatever comes of it. */
const rows = async () =>
  (
    await farm.look`select
      (select json_agg(j order by id) from jobs j) as jobs, (select json_agg(d order by job_id) from job_definitions d) as definitions,
      (select json_agg(s order by job_id) from job_secrets s) as secrets, (select json_agg(c order by id) from job_changes c) as changes,
      (select json_agg(u order by id) from users u) as users, (select json_agg(s order by id) from sessions s) as sessions,
      (select json_agg(t order by id) from api_tokens t) as tokens, (select count(*) from audit_log) as lines`
  )[0];

afterEach(async () => {
  for (const table of ['audit_log', 'jobs', 'users', 'sessions', 'api_tokens'])
    await farm.look.unsafe(`drop trigger if exists breaks on ${table}`);
  await farm.look`delete from login_attempts`;
  await farm.look`delete from api_tokens`;
  await farm.look`delete from users where name = 'new'`;
});

const failure = (act: () => Promise<unknown>) =>
  act().then(
    () => 'done',
    (error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error),
  );

it('every act that changes something is tried here', () => {
  expect(Object.keys(ACTS).sort()).toEqual([...WRITES].sort());
});

it.each(Object.keys(ACTS))(
  '%s: where its line cannot be written, nothing was done',
  async (name) => {
    const act = await ACTS[name]?.();
    const before = await rows();
    await farm.look`create trigger breaks before insert on audit_log for each row execute function broken()`;
    expect(await failure(act ?? fail)).toContain('broken on purpose');
    expect(await rows()).toEqual(before);
  },
);

it.each(Object.keys(ACTS))(
  '%s: where it cannot be committed, there is no line of it',
  async (name) => {
    const act = await ACTS[name]?.();
    const before = await rows();
    // Found wanting at the commit, when the line has long been written.
    for (const table of ['jobs', 'users', 'sessions', 'api_tokens'])
      await farm.look.unsafe(
        `create constraint trigger breaks after insert or update on ${table} deferrable initially deferred for each row execute function broken()`,
      );
    expect(await failure(act ?? fail)).toContain('broken on purpose');
    expect(await rows()).toEqual(before);
  },
);

it.each(Object.keys(ACTS))(
  '%s: unbroken, it leaves exactly one line, which is sealed',
  async (name) => {
    const act = await ACTS[name]?.();
    await sealAudit(farm);
    const seen = await farm.trace(act ?? fail);
    expect(seen.audit.map(({ action, outcome }) => [action, outcome])).toEqual([[name, 'done']]);
    expect(await sealAudit(farm)).toEqual({ ok: true, sealed: 1 });
  },
);

function fail(): never {
  throw new Error('no such act');
}

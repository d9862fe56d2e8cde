import { connect } from '@renderdeck/store/connect';
import { expect, it, onTestFinished, vi } from 'vitest';
import {
  authenticateSession,
  authenticateToken,
  createToken,
  revokeToken,
  tokenHash,
} from '../../src/index.ts';
import { aFarm, aSession, aUser, expectAudit, expectDone } from '../../testing/index.ts';

const NOT_SIGNED_IN = { ok: false, rejection: { code: 'notSignedIn' } };
const farm = aFarm();
const make = (name: string, expiresInDays: number | null = null) =>
  createToken(farm.admin, { name, role: 'submitter', expiresInDays });

it('a token’s secret is returned once, stored as a hash, and gives its name and role', async () => {
  const seen = await farm.trace(() => make('nightly'));
  const { secret, token } = expectDone(seen.result);
  expect(secret).toMatch(/^rd_[\w-]{43}$/);
  expectAudit(seen, {
    action: 'createToken',
    outcome: 'done',
    after: { token: 'nightly', role: 'submitter', expiresAt: null },
  });
  expect(seen.notifications).toEqual([]);
  const [row] = await farm.sql`
      select secret_hash, created_by, expires_at, t::text as whole from api_tokens t
      where name = 'nightly'`;
  expect(row).toMatchObject({
    secret_hash: tokenHash(secret),
    created_by: 'ada',
    expires_at: null,
  });
  expect(row?.whole).not.toContain(secret);
  expect(await authenticateToken(farm, { secret })).toEqual({
    ok: true,
    actor: { kind: 'token', id: token.id, name: 'nightly', role: 'submitter' },
  });
  expect(await authenticateToken(farm, { secret: `${secret}x` })).toEqual(NOT_SIGNED_IN);
});

it.each(['ΦΑΡΜΑΣ', 'İzmir'])('%s is revoked under that name', async (name) => {
  const made = expectDone(await make(name));
  expect(await revokeToken(farm.admin, { name })).toMatchObject({
    token: { name, revokedAt: expect.any(Date) },
  });
  expect(await authenticateToken(farm, { secret: made.secret })).toEqual(NOT_SIGNED_IN);
});

it('a database that takes no changes still lets a token and a session in', async () => {
  await aUser(farm, 'sam');
  const sessionId = await aSession(farm, 'sam');
  const { secret } = expectDone(await make('reader'));
  await farm.sql`update sessions set last_seen_at = clock_timestamp() - interval '1 hour'`;
  const database = farm.sql(new URL(farm.databaseUrl).pathname.slice(1));
  await farm.sql`alter database ${database} set default_transaction_read_only = on`;
  const standby = connect(farm.databaseUrl, { name: 'as of a standby' });
  onTestFinished(async () => {
    await standby.close();
    await farm.sql`alter database ${database} reset default_transaction_read_only`;
  });
  expect(await authenticateToken(standby, { secret })).toMatchObject({ ok: true });
  expect(await authenticateSession(standby, { sessionId })).toMatchObject({ ok: true });
});

it('an expired token is rejected', async () => {
  const seen = await farm.trace(() => make('short', 30));
  const made = expectDone(seen.result);
  const expiresAt = made.token.expiresAt?.toISOString() ?? null;
  expectAudit(seen, {
    action: 'createToken',
    outcome: 'done',
    after: { token: 'short', role: 'submitter', expiresAt },
  });
  const days =
    ((made.token.expiresAt?.getTime() ?? 0) - made.token.createdAt.getTime()) / 86_400_000;
  expect(days).toBeCloseTo(30, 3);
  expect(await authenticateToken(farm, { secret: made.secret })).toMatchObject({ ok: true });
  await farm.sql`update api_tokens set expires_at = clock_timestamp() where name = 'short'`;
  expect(await authenticateToken(farm, { secret: made.secret })).toEqual(NOT_SIGNED_IN);
});

it('a revoked token is over at once on every API process; a second revoke is a noop', async () => {
  const made = expectDone(await make('leaked'));
  const seen = await farm.trace(() => revokeToken(farm.admin, { name: 'Leaked' }));
  expect(seen.result).toMatchObject({ token: { name: 'leaked' } });
  expectAudit(seen, {
    action: 'revokeToken',
    outcome: 'done',
    before: { token: 'leaked', role: 'submitter' },
  });
  expect(seen.notifications).toEqual(['access']);
  expect(await authenticateToken(farm, { secret: made.secret })).toEqual(NOT_SIGNED_IN);
  const again = await farm.trace(() => revokeToken(farm.admin, { name: 'leaked' }));
  expect(expectDone(again.result).token).toEqual(expectDone(seen.result).token);
  expectAudit(again, {
    action: 'revokeToken',
    outcome: 'noop',
    before: { token: 'leaked', role: 'submitter' },
  });
  expect(again.notifications).toEqual([]);
});

it('a token that does not exist cannot be revoked', async () => {
  expect(await farm.trace(() => revokeToken(farm.admin, { name: 'nobody' }))).toMatchObject({
    result: { ok: false, rejection: { code: 'unknownToken', name: 'nobody' } },
    audit: [],
    notifications: [],
  });
});

it('the last use is stored once a minute, by the database clock', async () => {
  const { secret } = expectDone(await make('busy'));
  const used = async () =>
    (
      await farm.sql`
        select last_used_at as at, last_used_at > clock_timestamp() - interval '1 minute' as now
        from api_tokens where name = 'busy'`
    )[0];
  await authenticateToken(farm, { secret });
  const first = await used();
  expect(first?.at).toBeInstanceOf(Date);
  await authenticateToken(farm, { secret });
  expect(await used()).toEqual(first);
  for (const hours of [-24, 24]) {
    // The clock of this machine is wrong.
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    await farm.sql`
      update api_tokens set last_used_at = last_used_at - interval '61 s' where name = 'busy'`;
    expect(await authenticateToken(farm, { secret })).toMatchObject({ actor: { name: 'busy' } });
    expect((await used())?.now).toBe(true);
    vi.useRealTimers();
  }
});

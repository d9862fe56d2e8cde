import { expect } from 'vitest';
import { ADA, PASSWORD, type Promises, refusalOf, UNKNOWN_ID } from './fixture.ts';

export const access: Promises = {
  async 'only the right password opens a session, and each try leaves an entry'({ audit, port }) {
    await port.createUser(ADA, { name: 'eve', role: 'submitter', password: PASSWORD });
    const opened = await port.login(ADA, { username: 'eve', password: PASSWORD });
    expect(opened).toMatchObject({ user: { name: 'eve', role: 'submitter' } });
    expect(Date.parse(opened.expiresAt)).toBeGreaterThan(Date.now());
    expect((await port.listSessions(ADA)).sessions).toMatchObject([
      { id: opened.sessionId, user: 'eve' },
    ]);
    for (const input of [
      { username: 'eve', password: 'wrong' },
      { username: 'nobody', password: PASSWORD },
    ]) {
      expect(await refusalOf(port.login(ADA, input))).toMatchObject({
        code: 'wrong_credentials',
        status: 401,
      });
    }
    expect((await audit({ action: 'login' })).map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'done',
    ]);
    await port.logout(ADA, { sessionId: opened.sessionId });
    expect((await port.listSessions(ADA)).sessions).toEqual([]);
  },

  async 'a user name is unique, a change ends sessions, the last admin stays'({ port }) {
    await port.createUser(ADA, { name: 'eve', role: 'viewer', password: PASSWORD });
    expect(
      await refusalOf(port.createUser(ADA, { name: 'eve', role: 'admin', password: PASSWORD })),
    ).toMatchObject({ code: 'name_taken' });
    expect(await refusalOf(port.updateUser(ADA, { name: 'nobody', role: 'viewer' }))).toMatchObject(
      {
        code: 'not_found',
      },
    );
    await port.login(ADA, { username: 'eve', password: PASSWORD });
    expect((await port.updateUser(ADA, { name: 'eve', disabled: true })).user).toMatchObject({
      name: 'eve',
      disabled: true,
      sessions: 0,
    });
    expect(await refusalOf(port.login(ADA, { username: 'eve', password: PASSWORD }))).toMatchObject(
      {
        code: 'wrong_credentials',
      },
    );
    const { users } = await port.listUsers(ADA);
    const admins = users.filter(({ role, disabled }) => role === 'admin' && !disabled);
    expect(admins).toHaveLength(1);
    for (const change of [{ role: 'viewer' }, { disabled: true }] as const) {
      expect(
        await refusalOf(port.updateUser(ADA, { name: admins[0]?.name ?? '', ...change })),
      ).toMatchObject({ code: 'last_admin' });
    }
  },

  async 'a token shows its secret once, has a unique name and is revoked for good'({ port }) {
    const made = await port.createToken(ADA, { name: 'script', role: 'viewer', expiresInDays: 1 });
    expect(made).toMatchObject({
      secret: expect.stringMatching(/^rd_/),
      token: { name: 'script', createdBy: 'ada', revokedAt: null },
    });
    expect(JSON.stringify(await port.listTokens(ADA))).not.toContain(made.secret);
    expect(
      await refusalOf(port.createToken(ADA, { name: 'script', role: 'viewer' })),
    ).toMatchObject({ code: 'name_taken' });
    expect(
      await refusalOf(port.createUser(ADA, { name: 'script', role: 'viewer', password: PASSWORD })),
    ).toMatchObject({ code: 'name_taken' });
    const { token } = await port.revokeToken(ADA, { name: 'script' });
    expect(token.revokedAt).not.toBeNull();
    expect((await port.revokeToken(ADA, { name: 'script' })).token.revokedAt).toBe(token.revokedAt);
    expect(await refusalOf(port.revokeToken(ADA, { name: 'nothing' }))).toMatchObject({
      code: 'not_found',
    });
    expect(await refusalOf(port.revokeSession(ADA, { id: UNKNOWN_ID }))).toMatchObject({
      code: 'not_found',
    });
  },
};

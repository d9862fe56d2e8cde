import { expect } from 'vitest';
import { ADA, codeOf, PASSWORD, type Promises, UNKNOWN_ID } from './fixture.ts';

export const access: Promises = {
  async 'only the right password opens a session, and each try leaves an entry'({
    outcomesOf,
    port,
  }) {
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
      expect(await codeOf(port.login(ADA, input))).toBe('wrong_credentials');
    }
    expect(await outcomesOf('login')).toEqual(['refused', 'refused', 'done']);
    await port.logout(ADA, { sessionId: opened.sessionId });
    expect((await port.listSessions(ADA)).sessions).toEqual([]);
  },

  async 'a user name is unique, a change ends sessions, the last admin stays'({ port }) {
    await port.createUser(ADA, { name: 'eve', role: 'viewer', password: PASSWORD });
    expect(
      await codeOf(port.createUser(ADA, { name: 'eve', role: 'admin', password: PASSWORD })),
    ).toBe('name_taken');
    expect(await codeOf(port.updateUser(ADA, { name: 'nobody', role: 'viewer' }))).toBe(
      'not_found',
    );
    await port.login(ADA, { username: 'eve', password: PASSWORD });
    expect((await port.updateUser(ADA, { name: 'eve', disabled: true })).user).toMatchObject({
      name: 'eve',
      disabled: true,
      sessions: 0,
    });
    expect(await codeOf(port.login(ADA, { username: 'eve', password: PASSWORD }))).toBe(
      'wrong_credentials',
    );
    const { users } = await port.listUsers(ADA);
    const admins = users.filter(({ role, disabled }) => role === 'admin' && !disabled);
    expect(admins).toHaveLength(1);
    for (const change of [{ role: 'viewer' }, { disabled: true }] as const) {
      expect(await codeOf(port.updateUser(ADA, { name: admins[0]?.name ?? '', ...change }))).toBe(
        'last_admin',
      );
    }
  },

  async 'a token shows its secret once, has a unique name and is revoked for good'({ port }) {
    const made = await port.createToken(ADA, { name: 'script', role: 'viewer', expiresInDays: 1 });
    expect(made).toMatchObject({
      secret: expect.stringMatching(/^rd_/),
      token: { name: 'script', createdBy: 'ada', revokedAt: null },
    });
    expect(JSON.stringify(await port.listTokens(ADA))).not.toContain(made.secret);
    expect(await codeOf(port.createToken(ADA, { name: 'script', role: 'viewer' }))).toBe(
      'name_taken',
    );
    expect(
      await codeOf(port.createUser(ADA, { name: 'script', role: 'viewer', password: PASSWORD })),
    ).toBe('name_taken');
    const { token } = await port.revokeToken(ADA, { name: 'script' });
    expect(token.revokedAt).not.toBeNull();
    expect((await port.revokeToken(ADA, { name: 'script' })).token.revokedAt).toBe(token.revokedAt);
    expect(await codeOf(port.revokeToken(ADA, { name: 'nothing' }))).toBe('not_found');
    expect(await codeOf(port.revokeSession(ADA, { id: UNKNOWN_ID }))).toBe('not_found');
  },
};

import { expect } from 'vitest';
import { inviteHostOutput, joinHostOutput, listInvitationsOutput } from '../../src/index.ts';
import type { RequestContext } from '../../src/router.ts';
import { ADA, codeOf, type Promises } from './fixture.ts';

/** A machine that has no session. */
const MACHINE: RequestContext = { ...ADA, actor: { kind: 'anonymous', name: 'unknown' } };
const verifier = (letter: string) =>
  `SCRAM-SHA-256$4096:${letter.repeat(22)}==$${letter.repeat(43)}=:${letter.repeat(43)}=`;
const A = verifier('A');
const B = verifier('B');

export const joins: Promises = {
  async 'a token makes one login; the same machine may ask again, another may not'(fixture) {
    const { audit, port } = fixture;
    const invite = (replace = false) => port.inviteHost(ADA, { name: 'ae-01', replace });
    const invited = inviteHostOutput.parse(await invite());
    const { token } = invited;
    const joined = joinHostOutput.parse(await port.joinHost(MACHINE, { token, verifier: A }));
    expect(joined).toMatchObject({ host: 'ae-01', invitedBy: 'ada' });
    expect(await port.joinHost(MACHINE, { token, verifier: A })).toEqual(joined);
    const second = codeOf(port.joinHost(MACHINE, { token, verifier: B }));
    expect(await second).toBe('invitation_over');
    expect(await codeOf(invite())).toBe('host_has_login');
    const again = await invite(true);
    const replaced = await port.joinHost(MACHINE, { token: again.token, verifier: B });
    expect(replaced.login).toBe(joined.login);
    const lines = await audit({ action: 'joinHost' });
    const after = { host: 'ae-01', login: joined.login, invitedBy: 'ada' };
    expect(lines).toMatchObject([
      { outcome: 'done', actor: { kind: 'worker', name: 'ae-01' }, after },
      { outcome: 'done', actor: { kind: 'worker', name: 'ae-01' }, after },
    ]);
    expect(JSON.stringify(await audit())).not.toContain(token);
  },

  async 'a newer invitation ends an earlier one, and a token is for one name'({ port }) {
    const invite = () => port.inviteHost(ADA, { name: 'ae-02', replace: false });
    const [earlier, newer] = [await invite(), await invite()];
    const join = (token: string, name?: string) =>
      codeOf(port.joinHost(MACHINE, { token, name, verifier: A }));
    expect(await join(earlier.token)).toBe('invitation_over');
    expect(await join(newer.token, 'ae-03')).toBe('invited_other');
    expect(await join('rdj_guessed')).toBe('invitation_not_found');
    await port.joinHost(MACHINE, { token: newer.token, name: 'ae-02', verifier: A });
  },

  async 'an open invitation is listed until it is withdrawn, once'({ outcomesOf, port }) {
    const { token, expiresAt } = await port.inviteHost(ADA, { name: 'ae-05', replace: true });
    const list = async () =>
      listInvitationsOutput
        .parse(await port.listInvitations(ADA))
        .invitations.filter(({ name }) => name === 'ae-05');
    expect(await list()).toMatchObject([{ replace: true, invitedBy: 'ada', expiresAt }]);
    expect(JSON.stringify(await list())).not.toContain(token);
    const withdraw = () => port.withdrawInvitation(ADA, { name: 'ae-05' });
    expect(await withdraw()).toEqual({ name: 'ae-05', changed: true });
    expect(await withdraw()).toEqual({ name: 'ae-05', changed: false });
    expect(await list()).toEqual([]);
    const join = codeOf(port.joinHost(MACHINE, { token, verifier: A }));
    expect(await join).toBe('invitation_over');
    expect((await outcomesOf('withdrawInvitation')).toSorted()).toEqual(['done', 'noop']);
  },

  async 'a host that is heard keeps its name'({ host, port }) {
    await host.appear();
    const { token } = await port.inviteHost(ADA, { name: 'render-01', replace: false });
    const join = () => port.joinHost(MACHINE, { token, verifier: A });
    expect(await codeOf(join())).toBe('host_heard');
    await host.silence();
    expect(await join()).toMatchObject({ host: 'render-01' });
  },

  async 'an admin ends a login once, and then the name is free for another'({ audit, port }) {
    const revoke = () => port.revokeHostLogin(ADA, { name: 'ae-04', reason: 'Stolen.' });
    expect(await codeOf(revoke())).toBe('host_login_not_found');
    const invite = () => port.inviteHost(ADA, { name: 'ae-04', replace: false });
    const { token } = await invite();
    const { login } = await port.joinHost(MACHINE, { token, verifier: A });
    expect(await revoke()).toEqual({ name: 'ae-04', login });
    expect(await audit({ action: 'revokeHostLogin' })).toMatchObject([
      { outcome: 'done', reason: 'Stolen.', before: { host: 'ae-04', login } },
    ]);
    const again = codeOf(port.joinHost(MACHINE, { token, verifier: A }));
    expect(await again).toBe('invitation_over');
    await invite();
  },
};

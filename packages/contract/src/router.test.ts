import { ACTIONS, type Action, ROLES } from '@renderdeck/domain';
import { TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { createFakeAdminPort } from '../testing/fake-admin-port.ts';
import { adminRouter, createAdminCaller, PROCEDURES, problemOf } from './router.ts';

const USERS = { anonymous: null, viewer: 'vera', submitter: 'sam', admin: 'ada' } as const;
const isAction = (name: string): name is Action => name in ACTIONS;
const actions = Object.keys(ACTIONS).filter(isAction);

/** Calls an action without an input; gives the code of the refusal, or `allowed`. */
async function attempt(action: Action, role: keyof typeof USERS): Promise<string> {
  const fake = createFakeAdminPort();
  const caller = createAdminCaller(fake.contextOf(fake.signIn(USERS[role])));
  const name: string = action;
  const call: (input?: unknown) => Promise<unknown> = Reflect.get(caller, name);
  return await call().then(
    () => 'allowed',
    (error: unknown) => (error instanceof TRPCError ? problemOf(error).code : String(error)),
  );
}

test('the router has each procedure, by the name of its action', () => {
  expect(Object.keys(adminRouter).filter(isAction).sort()).toEqual(actions.toSorted());
  for (const [name, { action }] of Object.entries(PROCEDURES)) expect(action).toBe(name);
});

test.each(actions)('%s is for those whose role is enough, and for nobody else', async (action) => {
  const needed = ACTIONS[action].role;
  const found = await Promise.all(
    (['anonymous', ...ROLES] as const).map(async (role) => [role, await attempt(action, role)]),
  );
  for (const [role, answer] of found) {
    const index = ROLES.findIndex((known) => known === role);
    if (needed === 'anyone' || index >= ROLES.indexOf(needed))
      expect([role, answer]).not.toEqual([role, expect.stringMatching(/^(unauth|forbidden)/)]);
    else expect([role, answer]).toEqual([role, index < 0 ? 'unauthenticated' : 'forbidden']);
  }
});

import { expect, it } from 'vitest';
import { createToken, createUser } from '../../src/index.ts';
import { aFarm, PASSWORD } from '../../testing/index.ts';

const farm = aFarm();
const make = {
  user: (name: string) => createUser(farm.admin, { name, role: 'viewer', password: PASSWORD }),
  token: (name: string) => createToken(farm.admin, { name, role: 'viewer', expiresInDays: null }),
};
const codeOf = (outcome: Awaited<ReturnType<typeof make.user | typeof make.token>>) =>
  outcome.ok ? 'made' : outcome.rejection.code;

it.each([
  ['the same', 'mira', 'mira'],
  ['another case', 'Jonas', 'jONAS'],
  ['another width', 'lena', 'ｌｅｎａ'],
  ['a composed letter', 'zoé', 'zoe\u0301'],
  ['doubled spaces', 'night shift', 'night  shift'],
  ['the word that is shown before a token', 'token ann', 'ann'],
  ['the word that is shown before a token', 'bob', 'token bob'],
])('a name that looks the same as one of a user or token is taken: %s', async (_, one, other) => {
  expect(codeOf(await make.user(one))).toBe('made');
  const seen = await farm.trace(() => make.token(other));
  expect(seen.result).toEqual({
    ok: false,
    rejection: { code: 'nameTaken', of: 'token', name: other },
  });
  expect(seen.audit).toEqual([]);
  expect(codeOf(await make.token(`script of ${one}`))).toBe('made');
  expect(codeOf(await make.user(`SCRIPT of ${one}`))).toBe('nameTaken');
});

it('names that only begin in the same way are free', async () => {
  expect(codeOf(await make.user('render'))).toBe('made');
  expect(codeOf(await make.token('render-01'))).toBe('made');
  expect(codeOf(await make.token('rénder'))).toBe('made');
});

it('if a user and a token are made at once with one name, only one is made', async () => {
  for (let round = 0; round < 10; round += 1) {
    const made = await Promise.all([make.user(`r${round}`), make.token(`R${round}`)]);
    expect(made.map(codeOf).sort()).toEqual(['made', 'nameTaken']);
  }
});

import { expect, test } from 'vitest';
import { loginProblem } from './host-login.ts';

const own = { login: 'farm_host_1', isOwn: true, names: ['ae-01', 'ae-02'] };

test.each([
  ['a shared login may use any name', 'ae-09', { ...own, isOwn: false, names: [] }, null],
  ['a login of one host may use the names bound to it', 'ae-02', own, null],
  [
    'a login of one host may use no other name',
    'ae-03',
    own,
    /^The database login farm_host_1 .* ae-03[.] Its names are ae-01, ae-02[.] /,
  ],
  [
    'a login without a bound name may use none',
    'ae-01',
    { ...own, names: [] },
    /[.] It has no name[.] Set /,
  ],
])('%s', (_case, name, login, problem) => {
  const found = loginProblem(name, login);
  if (problem === null) expect(found).toBeNull();
  else expect(found).toMatch(problem);
});

import { ACTIONS, type Action, ERROR_CODES, type ProcedureSpec, ROLES } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { NEXRENDER_ROUTES } from '@renderdeck/rest-adapter';
import { expect, test } from 'vitest';
import { openRest } from './open-rest.ts';

const rest = openRest({ nexrenderApi: true });

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const USERS = { anonymous: null, viewer: 'vera', submitter: 'sam', admin: 'ada' } as const;
type Route = [method: Method, path: string, action: Action, body?: unknown];
const specs: readonly ProcedureSpec[] = Object.values(PROCEDURES);
const ROUTES: readonly Route[] = [
  ...specs.flatMap(({ action, rest }): Route[] =>
    rest === undefined ? [] : [[rest.method, rest.path, action, rest.example.body]],
  ),
  ['GET', '/audit.csv', 'listAudit'],
  ['GET', '/events', 'onJobChange'],
  ...Object.values(NEXRENDER_ROUTES).map(
    ({ place: { method, url }, action, example }): Route => [
      method,
      url,
      action,
      'body' in example ? example.body : undefined,
    ],
  ),
];
const V1_OR_STREAM = [200, 400];
/** What the route says that it may answer, beside the refusals of a role. */
function statusesOf(method: Method, path: string): readonly number[] {
  const rest = specs.find(({ rest }) => rest?.method === method && rest.path === path)?.rest;
  if (rest === undefined) return V1_OR_STREAM;
  const { status = 200, example, errors } = rest;
  const done = 'answers' in example ? Object.keys(example.answers).map(Number.parseFloat) : [];
  return [status, ...done, 400, ...errors.map((code) => ERROR_CODES[code].status)].concat(
    path === '/session' && method === 'DELETE' ? [204] : [],
  );
}
const CHALLENGE = 'Bearer realm="Renderdeck"';
/** Its own rules say no to each of them, with the same words: wrong credentials, a token. */
const SAME_FOR_ALL: readonly Action[] = ['login', 'changePassword'];

test.each<Route>(ROUTES.filter(([, , action]) => !SAME_FOR_ALL.includes(action)))(
  '%s %s is for those whom the table of actions allows to %s, and for nobody else',
  async (method, path, action, body) => {
    const needed = ACTIONS[action].role;
    for (const user of ['anonymous', ...ROLES] as const) {
      const id = await rest.submit('Intro');
      const place = path.replace(/:u?id/, id).replace(':number', '1').replace(':name', 'ae-03');
      const payload = typeof body === 'object' && body !== null ? body : undefined;
      const { status, headers } = await rest.send(USERS[user], method, `/api${place}`, payload);
      if (needed === 'anyone') expect(status).not.toBe(401);
      else if (user === 'anonymous') expect(status).toBe(401);
      else if (ROLES.indexOf(user) < ROLES.indexOf(needed)) expect(status).toBe(403);
      else expect([401, 403]).not.toContain(status);
      if (status !== 401 && status !== 403) expect(statusesOf(method, path)).toContain(status);
      expect(status).toBeLessThan(500);
      expect(headers['www-authenticate']).toBe(status === 401 ? CHALLENGE : undefined);
    }
  },
);

/* `ctl database create`: which passwords it keeps. The walkthrough runs the command itself. */
import { expect, test } from 'vitest';
import { chooseLogin } from '../src/database.ts';

const choose = (kept: { DATABASE_URL?: string }, server = '127.0.0.1:5432') =>
  chooseLogin('farm_api', 'farm', server, kept);

test('a new login gets a password, and the same command again keeps it', () => {
  const made = choose({});
  expect(made).toMatchObject({ isOther: false, password: expect.stringMatching(/^[\w-]{32}$/) });
  expect(made.url).toBe(`postgres://farm_api:${made.password}@127.0.0.1:5432/farm`);
  expect(choose({ DATABASE_URL: made.url })).toEqual(made);
  expect(choose({}).password).not.toBe(made.password);
});

test.each([
  ['another server', 'postgres://farm_api:secret@db.example:5432/farm'],
  ['another database', 'postgres://farm_api:secret@127.0.0.1:5432/other'],
  ['another login', 'postgres://admin:secret@127.0.0.1:5432/farm'],
  ['no password', 'postgres://127.0.0.1/farm'],
])('a file for %s is not overwritten', (_, DATABASE_URL) => {
  expect(choose({ DATABASE_URL })).toMatchObject({ isOther: true });
});

test('several servers and options of TLS go into the URL', () => {
  const server = 'a:5432,b:5432?target_session_attrs=primary';
  const { url, password } = choose({}, server);
  expect(url).toBe(
    `postgres://farm_api:${password}@a:5432,b:5432/farm?target_session_attrs=primary`,
  );
});

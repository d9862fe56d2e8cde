import { expect, test } from 'vitest';
import { logError } from './log-error.ts';

class QueryError extends Error {
  readonly query = 'insert into job_secrets values ($1)';
  readonly params = ['hunter2'];
}
const queryError = (cause: Error) =>
  new QueryError(
    'Failed query: insert into job_secrets values ($1)\nparams: hunter2\n    at hunter2',
    { cause },
  );
const databaseError = (code: string, message: string) =>
  Object.assign(new Error(message), {
    code,
    detail: 'Key (name)=(hunter2) exists.',
    where: 'hunter2',
  });

test('a failed statement is logged with its text, the error and the place, without values', () => {
  const unique = databaseError(
    '23505',
    'duplicate key value violates unique constraint "users_name"',
  );
  const logged = logError(queryError(unique));
  expect(logged).toMatchObject({
    message: 'Failed query: insert into job_secrets values ($1)',
    cause: {
      code: '23505',
      message: 'duplicate key value violates unique constraint "users_name"',
    },
    stack: expect.stringMatching(/^at .*log-error\.test\.ts/),
  });
  expect(JSON.stringify(logged)).not.toContain('hunter2');
});

test('a value that does not fit is quoted neither by the error nor by its wrapper', () => {
  const misfit = databaseError('22P02', 'invalid input syntax for type integer: "hunter2"');
  const logged = logError(new Error(`it failed: ${misfit.message}`, { cause: misfit }));
  expect(logged).toMatchObject({
    message: expect.stringContaining('the log does not'),
    cause: { code: '22P02' },
  });
  expect(JSON.stringify([logged, logError(queryError(misfit))])).not.toContain('hunter2');
});

test('any other error is logged unchanged, and so is a value that is no error', () => {
  expect(logError(new TypeError('x is not a function'))).toMatchObject({
    type: 'TypeError',
    message: 'x is not a function',
    stack: expect.stringMatching(/^at /),
  });
  expect(logError(Object.assign(new Error('bare'), { stack: 'Error: bare' }))).toEqual({
    type: 'Error',
    message: 'bare',
    stack: '',
  });
  expect(logError('thrown')).toEqual({ type: 'string', message: 'thrown', stack: '' });
});

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

test('of a failed statement the log has the statement, what the database said and where it was asked, and no value', () => {
  const unique = databaseError(
    '23505',
    'duplicate key value violates unique constraint "users_name"',
  );
  const told = logError(queryError(unique));
  expect(told).toMatchObject({
    message: 'Failed query: insert into job_secrets values ($1)',
    cause: {
      code: '23505',
      message: 'duplicate key value violates unique constraint "users_name"',
    },
    stack: expect.stringMatching(/^at .*log-error\.test\.ts/),
  });
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

test('a value that does not fit is not quoted, and whoever wraps an error takes no values along', () => {
  const misfit = databaseError('22P02', 'invalid input syntax for type integer: "hunter2"');
  const told = logError(new Error(`it failed: ${misfit.message}`, { cause: misfit }));
  expect(told).toMatchObject({
    message: expect.stringContaining('the log does not'),
    cause: { code: '22P02' },
  });
  expect(JSON.stringify([told, logError(queryError(misfit))])).not.toContain('hunter2');
});

test('any other error is told as it is, with or without frames, and what is no error too', () => {
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

import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { expect, test } from 'vitest';
import {
  ERROR_CODES,
  type ErrorCode,
  errorCodeFrom,
  isErrorCode,
  Refusal,
  refuse,
} from './errors.ts';
import { problemOf } from './router.ts';

const CODES = Object.keys(ERROR_CODES).filter(isErrorCode);

/** tRPC has no name for the statuses of these errors. No procedure throws them. */
const OUTSIDE_TRPC: readonly ErrorCode[] = [
  'url_too_long',
  'headers_too_large',
  'range_not_satisfiable',
];

test.each(CODES)('%s has the same HTTP status over tRPC and REST, and a sentence', (code) => {
  const error = refuse(code);
  if (!OUTSIDE_TRPC.includes(code))
    expect(getHTTPStatusCodeFromError(error)).toBe(ERROR_CODES[code].status);
  expect(problemOf(error)).toEqual({
    code,
    status: ERROR_CODES[code].status,
    detail: ERROR_CODES[code].sentence,
    facts: {},
  });
  expect(ERROR_CODES[code].sentence).toMatch(/^[A-Z].*[.]$/);
});

test('a refusal keeps its own sentence and facts', () => {
  const error = refuse('stale_version', 'ada changed it.', { actual: 3 });
  expect(error).toBeInstanceOf(TRPCError);
  expect(error.cause).toBeInstanceOf(Refusal);
  expect(problemOf(error)).toEqual({
    code: 'stale_version',
    status: 409,
    detail: 'ada changed it.',
    facts: { actual: 3 },
  });
});

test('each listed framework error has one code, and any other error has none', () => {
  const named = Object.values(ERROR_CODES).flatMap(({ from }) => [...from]);
  expect(new Set(named).size).toBe(named.length);
  for (const code of CODES)
    for (const name of ERROR_CODES[code].from) expect(errorCodeFrom(name)).toBe(code);
  expect(errorCodeFrom('HTTP 418')).toBeNull();
});

test.each([
  [{ statusCode: 413 }, 'body_too_large'],
  [{ statusCode: 400, code: 'FST_ERR_CTP_EMPTY_JSON_BODY' }, 'invalid_json'],
  [{ statusCode: 400, code: 'FST_ERR_VALIDATION' }, 'invalid_input'],
  [{ statusCode: 418 }, 'internal'],
  [new Error('a bug'), 'internal'],
  [null, 'internal'],
])('a client reads %o as %s', (error, code) => {
  expect(problemOf(error)).toMatchObject({ code, facts: {} });
});

/*
 * The table of conditions against PostgreSQL's own list of SQLSTATEs, which the server has in a
 * file, and against errors as the driver, Node, drizzle and tRPC give and wrap them.
 */
import { getSystemErrorMap } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  BUG,
  CONDITIONS,
  databaseCondition,
  explainCondition,
  isConflict,
  SQLSTATES,
} from '../src/database-conditions.ts';
import { openTestStore } from './open-test-store.ts';

const { sql } = await openTestStore();
const { errcodes } = (
  await sql<{ errcodes: string }[]>`
    select pg_read_file(setting || '/errcodes.txt') as errcodes
    from pg_config where name = 'SHAREDIR'`
)[0] ?? { errcodes: '' };
/** `08006 E ERRCODE_CONNECTION_FAILURE connection_failure` */
const official = [...errcodes.matchAll(/^(\w{5}) +E +ERRCODE_\w+ +(\w+)$/gm)];
const ofClasses = official.filter(([, state = '']) => /^(08|25|40|53|57|58)/.test(state));
const fail = (code: string, facts = {}) => Object.assign(new Error('failed'), { code, ...facts });

test('PostgreSQL names the SQLSTATEs that the table is checked against', () => {
  expect(ofClasses.length).toBeGreaterThanOrEqual(40);
  expect(official.map(([, state]) => state)).toEqual(expect.arrayContaining(['53100', '57P03']));
});

test('every SQLSTATE of the classes 08, 25, 40, 53, 57 and 58 has a line in the table', () => {
  const table = ofClasses.map(([, state = '', name]) => {
    const kind = SQLSTATES[state];
    if (kind === undefined) return `${state} ${name}: NO LINE`;
    if (kind === BUG) return `${state} ${name}: a bug`;
    const { retryAfterSeconds, nothingDone } = CONDITIONS[kind];
    const write = nothingDone ? 'nothing done' : 'outcome unknown';
    return `${state} ${name}: ${kind}, ${retryAfterSeconds} s, ${write}`;
  });
  expect(table.sort()).toMatchInlineSnapshot();
});

test('every line of the table is a SQLSTATE of PostgreSQL', () => {
  const known = official.map(([, state]) => state);
  expect(Object.keys(SQLSTATES).filter((state) => !known.includes(state))).toEqual([]);
});

test('every condition has a sentence for its client and one for its operator', () => {
  for (const [state, kind] of Object.entries(SQLSTATES)) {
    if (kind === BUG) continue;
    expect(explainCondition(fail(state))).toMatch(/^The database [a-z][^;]+; [a-z][^;]+[^.][.]$/);
    expect(databaseCondition(fail(state))?.retryAfterSeconds).toBeGreaterThan(0);
  }
});

describe('codes of the driver and of Node', () => {
  test.each([
    ['CONNECTION_ENDED', 'unreachable'],
    ['CONNECT_TIMEOUT', 'unreachable'],
    ['CONNECTION_CLOSED', 'connectionLost'],
    ['CONNECTION_DESTROYED', 'connectionLost'],
    ['SASL_SIGNATURE_MISMATCH', 'closed'],
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EAI_AGAIN', 'unreachable'],
    ['ECONNRESET', 'connectionLost'],
    ['ECONNABORTED', 'connectionLost'],
    ['EPIPE', 'connectionLost'],
    ['ETIMEDOUT', 'connectionLost'],
    ['EHOSTUNREACH', 'connectionLost'],
    ['ENETUNREACH', 'connectionLost'],
    ['ENETDOWN', 'connectionLost'],
    ['ERR_STREAM_DESTROYED', 'connectionLost'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'connectionLost'],
    ['CERT_HAS_EXPIRED', 'closed'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'closed'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'closed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'closed'],
  ] as const)('%s: %s', (code, kind) => {
    expect(databaseCondition(fail(code))).toBe(CONDITIONS[kind]);
  });

  test.each([
    'UNDEFINED_VALUE',
    'MAX_PARAMETERS_EXCEEDED',
    'UNSAFE_TRANSACTION',
    'ENOENT',
    'EACCES',
  ])('%s is no condition of the database', (code) =>
    expect(databaseCondition(fail(code))).toBeNull(),
  );

  test('whatever fails before there is a connection has changed nothing', () => {
    for (const [, [code]] of getSystemErrorMap())
      for (const syscall of ['connect', 'getaddrinfo'])
        expect(databaseCondition(fail(code, { syscall }))).toBe(CONDITIONS.unreachable);
  });
});

test('an error with which PostgreSQL ends the session may come after the commit', () => {
  for (const severity of ['FATAL', 'PANIC'])
    expect(databaseCondition(fail('53100', { severity }))).toEqual({
      ...CONDITIONS.noSpace,
      nothingDone: false,
    });
  expect(databaseCondition(fail('53100', { severity: 'ERROR' }))?.nothingDone).toBe(true);
  for (const code of ['53300', '57P03', '28P01', '55000', '25P03'])
    expect(databaseCondition(fail(code, { severity: 'FATAL' }))?.nothingDone).toBe(true);
});

test('an error of a statement is a bug where only a refused connection is a condition', () => {
  expect(databaseCondition(fail('55000', { severity: 'FATAL' }))).toBe(CONDITIONS.closed);
  expect(databaseCondition(fail('55000', { severity: 'ERROR' }))).toBeNull();
});

test('a condition is found below wrappers and in an aggregate; a bug is none', () => {
  const full = fail('53100');
  const wrapped = new Error('tRPC', { cause: new Error('Failed query', { cause: full }) });
  expect(databaseCondition(wrapped)).toBe(CONDITIONS.noSpace);
  const inTrpc = Object.assign(wrapped, { code: 'INTERNAL_SERVER_ERROR' });
  expect(databaseCondition(inTrpc)).toBe(CONDITIONS.noSpace);
  const both = new AggregateError([new Error('first'), fail('ECONNREFUSED')]);
  expect(databaseCondition(new Error('both', { cause: both }))).toBe(CONDITIONS.unreachable);
  for (const none of [null, undefined, '53100', new TypeError('bug'), fail('23505'), fail('25001')])
    expect(databaseCondition(none)).toBeNull();
  expect(explainCondition(new TypeError('bug'))).toBeNull();
});

test('only a transaction that lost against another one runs again at once', () => {
  const again = Object.keys(SQLSTATES).filter((state) => isConflict(fail(state)));
  expect(again.sort()).toEqual(['40000', '40001', '40P01']);
});

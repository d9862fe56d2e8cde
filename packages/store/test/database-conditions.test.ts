/*
 * The table of conditions against PostgreSQL's own list of SQLSTATEs, which the server has in a
 * file, and against errors as the driver, Node, drizzle and tRPC give and wrap them.
 */
import { getSystemErrorMap } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BUG,
  CONDITIONS,
  databaseCondition,
  explainCondition,
  isConflict,
  SQLSTATES,
} from '../src/database-conditions.ts';
import { openTestStore } from './open-test-store.ts';

const { sql } = openTestStore();
let official: RegExpExecArray[];
let ofClasses: RegExpExecArray[];
beforeAll(async () => {
  const [file] = await sql<{ errcodes: string }[]>`
    select pg_read_file(setting || '/errcodes.txt') as errcodes
    from pg_config where name = 'SHAREDIR'`;
  /** `08006 E ERRCODE_CONNECTION_FAILURE connection_failure` */
  official = [...(file?.errcodes ?? '').matchAll(/^(\w{5}) +E +ERRCODE_\w+ +(\w+)$/gm)];
  ofClasses = official.filter(([, state = '']) => /^(08|25|40|53|57|58)/.test(state));
});
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
  expect(table.sort()).toMatchInlineSnapshot(`
    [
      "08000 connection_exception: connectionLost, 5 s, outcome unknown",
      "08001 sqlclient_unable_to_establish_sqlconnection: unreachable, 5 s, nothing done",
      "08003 connection_does_not_exist: connectionLost, 5 s, outcome unknown",
      "08004 sqlserver_rejected_establishment_of_sqlconnection: unreachable, 5 s, nothing done",
      "08006 connection_failure: connectionLost, 5 s, outcome unknown",
      "08007 transaction_resolution_unknown: outcomeUnknown, 5 s, outcome unknown",
      "08P01 protocol_violation: connectionLost, 5 s, outcome unknown",
      "25000 invalid_transaction_state: a bug",
      "25001 active_sql_transaction: a bug",
      "25002 branch_transaction_already_active: a bug",
      "25003 inappropriate_access_mode_for_branch_transaction: a bug",
      "25004 inappropriate_isolation_level_for_branch_transaction: a bug",
      "25005 no_active_sql_transaction_for_branch_transaction: a bug",
      "25006 read_only_sql_transaction: readOnly, 5 s, nothing done",
      "25007 schema_and_data_statement_mixing_not_supported: a bug",
      "25008 held_cursor_requires_same_isolation_level: a bug",
      "25P01 no_active_sql_transaction: a bug",
      "25P02 in_failed_sql_transaction: rolledBack, 1 s, nothing done",
      "25P03 idle_in_transaction_session_timeout: rolledBack, 1 s, nothing done",
      "25P04 transaction_timeout: outcomeUnknown, 5 s, outcome unknown",
      "40000 transaction_rollback: conflict, 1 s, nothing done",
      "40001 serialization_failure: conflict, 1 s, nothing done",
      "40002 transaction_integrity_constraint_violation: a bug",
      "40003 statement_completion_unknown: outcomeUnknown, 5 s, outcome unknown",
      "40P01 deadlock_detected: conflict, 1 s, nothing done",
      "53000 insufficient_resources: noMemory, 30 s, nothing done",
      "53100 disk_full: noSpace, 30 s, nothing done",
      "53200 out_of_memory: noMemory, 30 s, nothing done",
      "53300 too_many_connections: noConnectionLeft, 5 s, nothing done",
      "53400 configuration_limit_exceeded: noMemory, 30 s, nothing done",
      "57000 operator_intervention: rolledBack, 1 s, nothing done",
      "57014 query_canceled: cancelled, 5 s, nothing done",
      "57P01 admin_shutdown: connectionLost, 5 s, outcome unknown",
      "57P02 crash_shutdown: connectionLost, 5 s, outcome unknown",
      "57P03 cannot_connect_now: starting, 5 s, nothing done",
      "57P04 database_dropped: connectionLost, 5 s, outcome unknown",
      "57P05 idle_session_timeout: connectionLost, 5 s, outcome unknown",
      "58000 system_error: disk, 30 s, nothing done",
      "58030 io_error: disk, 30 s, nothing done",
      "58P01 undefined_file: disk, 30 s, nothing done",
      "58P02 duplicate_file: disk, 30 s, nothing done",
      "58P03 file_name_too_long: disk, 30 s, nothing done",
    ]
  `);
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

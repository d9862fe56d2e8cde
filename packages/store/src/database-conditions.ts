/*
 * What each failure of the database means: the one table of SQLSTATEs and connection codes. The API
 * derives its answers and /readyz from it, the start of each program its sentence, and a
 * transaction whether to run again.
 *
 * An error is a condition if nobody's request and no statement of Renderdeck caused it. Everything
 * else is a bug and no condition, also a code of these classes that only a wrong statement gives.
 *
 * A write that failed with an error of PostgreSQL has changed nothing: PostgreSQL rolls it back
 * before it sends the error. Three kinds of errors do not prove this:
 * 1. The connection ended. The COMMIT may have been received, and its answer lost.
 * 2. PostgreSQL ended the session (FATAL) or itself (PANIC). It may do so between a commit and its
 *    answer, for example while it waits for a synchronous standby.
 * 3. PostgreSQL says itself that it does not know (08007, 40003).
 */

/** A condition of the database. */
export type DatabaseCondition = {
  /** What the database does, after its name: "The database <problem>". */
  readonly problem: string;
  /** What its operator can do, after the problem. */
  readonly remedy: string;
  /** When the same request has a chance again. */
  readonly retryAfterSeconds: number;
  /** True if a write that failed with this error has changed nothing. */
  readonly nothingDone: boolean;
};

const LOOK = 'look at its log';

export const CONDITIONS = {
  unreachable: {
    problem: 'cannot be reached',
    remedy: 'start it, or correct DATABASE_URL',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  starting: {
    problem: 'is starting or stopping',
    remedy: 'try again in a moment',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  closed: {
    problem: 'does not let this program in',
    remedy: 'correct DATABASE_URL, or let the program in',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  noConnectionLeft: {
    problem: 'has no connection left',
    remedy: 'raise max_connections or end some',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  connectionLost: {
    problem: 'ended the connection',
    remedy: LOOK,
    retryAfterSeconds: 5,
    nothingDone: false,
  },
  readOnly: {
    problem: 'takes no changes (a standby, or read-only)',
    remedy: 'let DATABASE_URL lead to the primary',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  locked: {
    problem: 'waits for another change of the same job, host or queue',
    remedy: 'try again shortly',
    retryAfterSeconds: 1,
    nothingDone: true,
  },
  cancelled: {
    problem:
      'ended the statement: it took longer than statement_timeout allows, or an administrator ' +
      'cancelled it',
    remedy: 'look at statement_timeout',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  // Two transactions stood against each other. The one that lost may run again at once.
  conflict: {
    problem: 'ended the change, because of others at the same time',
    remedy: 'try again',
    retryAfterSeconds: 1,
    nothingDone: true,
  },
  rolledBack: {
    problem: 'ended the change before its end',
    remedy: LOOK,
    retryAfterSeconds: 1,
    nothingDone: true,
  },
  outcomeUnknown: {
    problem: 'does not know whether it made the change',
    remedy: LOOK,
    retryAfterSeconds: 5,
    nothingDone: false,
  },
  noSpace: {
    problem: 'has no disk space left',
    remedy: 'free some on the disk of its data and of its WAL',
    retryAfterSeconds: 30,
    nothingDone: true,
  },
  noMemory: {
    problem: 'lacks memory or another resource',
    remedy: LOOK,
    retryAfterSeconds: 30,
    nothingDone: true,
  },
  disk: {
    problem: 'cannot read or write its files',
    remedy: LOOK,
    retryAfterSeconds: 30,
    nothingDone: true,
  },
} as const satisfies Readonly<Record<string, DatabaseCondition>>;
type Kind = keyof typeof CONDITIONS;

/** Only a wrong statement of Renderdeck gives this code: it is answered as a bug, without retry. */
export const BUG = 'bug';

/** SQLSTATEs of PostgreSQL: all of the classes 08, 25, 40, 53, 57 and 58, and some others. */
export const SQLSTATES: Readonly<Record<string, Kind | typeof BUG>> = {
  '08000': 'connectionLost',
  '08001': 'unreachable',
  '08003': 'connectionLost',
  '08004': 'unreachable',
  '08006': 'connectionLost',
  '08007': 'outcomeUnknown',
  '08P01': 'connectionLost', // PgBouncer sends it when its server is gone.
  '25000': BUG,
  '25001': BUG,
  '25002': BUG,
  '25003': BUG,
  '25004': BUG,
  '25005': BUG,
  '25006': 'readOnly',
  '25007': BUG,
  '25008': BUG,
  '25P01': BUG,
  '25P02': 'rolledBack', // The statement that failed before it has the cause (runTransaction).
  '25P03': 'rolledBack', // The session was idle, so it had received no COMMIT.
  '25P04': 'outcomeUnknown', // The time may have ended between the commit and its answer.
  '28000': 'closed',
  '28P01': 'closed',
  '3D000': 'closed',
  '40000': 'conflict',
  '40001': 'conflict',
  '40002': BUG,
  '40003': 'outcomeUnknown',
  '40P01': 'conflict',
  '53000': 'noMemory',
  '53100': 'noSpace',
  '53200': 'noMemory',
  '53300': 'noConnectionLeft',
  '53400': 'noMemory',
  '55000': 'closed', // The database allows no connections.
  '55P03': 'locked',
  '57000': 'rolledBack',
  '57014': 'cancelled',
  '57P01': 'connectionLost',
  '57P02': 'connectionLost',
  '57P03': 'starting',
  '57P04': 'connectionLost',
  '57P05': 'connectionLost',
  '58000': 'disk',
  '58030': 'disk',
  '58P01': 'disk',
  '58P02': 'disk',
  '58P03': 'disk',
};

/** Codes of postgres.js, of Node and of the operating system. The first match counts. */
const CONNECTION_CODES: readonly (readonly [RegExp, Kind])[] = [
  [/^(CONNECTION_ENDED|CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND|EAI_\w+)$/, 'unreachable'],
  // The password or the certificate of the server is refused before any statement is sent.
  [/^(SASL_\w+|CERT_\w+|ERR_TLS_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+)$/, 'closed'],
  [/^(CONNECTION_\w+|ECONN\w+|EPIPE|EPROTO|ETIMEDOUT|ENOTCONN)$/, 'connectionLost'],
  [/^(EHOST\w+|ENET\w+|EADDRNOTAVAIL|ERR_SSL_\w+|ERR_STREAM_\w+)$/, 'connectionLost'],
];
/** Node names the call that failed. After one of these there was never a connection. */
const BEFORE_CONNECTION: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);
/** The severities of an error with which PostgreSQL ends the session. */
const ENDS_SESSION: ReadonlySet<unknown> = new Set(['FATAL', 'PANIC']);
/** Kinds that change nothing even if they end the session: it had received no COMMIT. */
const BEFORE_COMMIT: ReadonlySet<Kind> = new Set([
  'unreachable',
  'starting',
  'closed',
  'noConnectionLeft',
  'rolledBack',
]);

/**
 * The condition that this error, one of its causes or one of its parts is; null if it is none.
 * Drizzle, tRPC and Node wrap errors.
 */
export function databaseCondition(error: unknown): DatabaseCondition | null {
  if (!(error instanceof Error)) return null;
  const own = conditionOf(error);
  if (own !== null) return own === BUG ? null : own;
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  for (const inner of [error.cause, ...parts]) {
    const found = databaseCondition(inner);
    if (found !== null) return found;
  }
  return null;
}

/** What the operator of the database should do about this error; null if it is no condition. */
export function explainCondition(error: unknown, name = 'The database'): string | null {
  const condition = databaseCondition(error);
  return condition && `${name} ${condition.problem}; ${condition.remedy}.`;
}

/** Whether the cause of this error may pass by itself in a moment. */
export function mayPass(error: unknown): boolean {
  const condition = databaseCondition(error);
  return (
    condition !== null && condition !== CONDITIONS.unreachable && condition !== CONDITIONS.closed
  );
}

/** Whether a transaction that failed with this error may run again at once. */
export function isConflict(error: unknown): boolean {
  return databaseCondition(error) === CONDITIONS.conflict;
}

function conditionOf(error: Error): DatabaseCondition | typeof BUG | null {
  if (BEFORE_CONNECTION.has(Reflect.get(error, 'syscall'))) return CONDITIONS.unreachable;
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code !== 'string') return null;
  const kind = SQLSTATES[code] ?? CONNECTION_CODES.find(([codes]) => codes.test(code))?.[1];
  if (kind === undefined || kind === BUG) return kind ?? null;
  const severity: unknown = Reflect.get(error, 'severity');
  // While a program connects, every refusal is FATAL. An ERROR with such a code is of a statement.
  if (kind === 'closed' && severity === 'ERROR') return BUG;
  return ENDS_SESSION.has(severity) && !BEFORE_COMMIT.has(kind)
    ? { ...CONDITIONS[kind], nothingDone: false }
    : CONDITIONS[kind];
}

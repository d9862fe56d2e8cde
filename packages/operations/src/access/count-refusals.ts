/*
 * How refused requests are audited, so that nobody can fill the audit log:
 *
 * 1. An anonymous address gets one audit line a minute. A signed-in actor gets sixty, because each
 *    line names a job. One database row for each address or actor and minute counts these lines, in
 *    the transaction of the line. So the limit holds for all API processes together.
 * 2. Further refusals are counted in memory. Within a second they are added to their rows, all in
 *    one statement.
 * 3. When the minute is over, one process deletes the row and writes its count as one audit line,
 *    in one transaction.
 *
 * A process that is killed loses the counts of its last second, but no audit line. Another process
 * writes the counts that the killed process had already added.
 */
import { ANONYMOUS, type AuditAction, addressGroup, type RequestContext } from '@renderdeck/domain';
import {
  addRefusals,
  type Database,
  insertAuditEntry,
  inTransaction,
  type RefusalCount,
  takeRefusals,
} from '@renderdeck/store';
import {
  type AdminContext,
  audit,
  type DatabaseContext,
  DONE,
  type Done,
} from '../operation-context.ts';

const ADD_AFTER_MS = 1000;
const LINES_A_MINUTE = { anonymous: 1, signedIn: 60 } as const;
const MOST_APART = 1000;

type Counting = {
  readonly who: string;
  readonly requestContext: RequestContext;
  readonly mostLines: number;
  /**
   * Until this time (of performance.now()) further refusals get no audit line of their own; they
   * are only counted.
   */
  fullUntil: number;
  /**
   * How many audit lines and counts are being written now. The entry stays until they are written.
   */
  underWay: number;
  /** Refusals that are not yet added to the database. */
  readonly more: Map<AuditAction, number>;
};
/** A refused action, with the error code that the client got. */
export type Refusal = {
  readonly action: AuditAction;
  readonly code: string;
  readonly jobId: string | null;
};
export type RefusalCounter = {
  /** Writes the audit line of a refused action, or adds the action to the count of its minute. */
  record(context: AdminContext, refusal: Refusal): Promise<void>;
  /** Adds the counts in memory to the database. */
  flush(): Promise<void>;
};

export type RefusalLimits = {
  /** How long a count stays only in memory. */
  readonly addAfterMs: number;
  /** A process counts this many addresses and actors separately, and all others together. */
  readonly mostApart: number;
};

/**
 * Counts refusals for one server. If counts could not be saved, calls `onError` and saves them
 * together with the next ones.
 */
export function countRefusals(
  db: Database,
  onError: (error: unknown) => void,
  { addAfterMs = ADD_AFTER_MS, mostApart = MOST_APART }: Partial<RefusalLimits> = {},
): RefusalCounter {
  const counted = new Map<string, Counting>();
  let timer: NodeJS.Timeout | null = null;

  async function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    await addPending(db, counted).catch(onError);
  }

  return {
    async record({ requestContext }, refusal) {
      const counting = countingOf(counted, mostApart, requestContext);
      counting.underWay += 1;
      const isWritten = await writeLine(db, counting, requestContext, refusal).finally(() => {
        counting.underWay -= 1;
      });
      if (isWritten) return;
      increase(counting.more, refusal.action, 1);
      timer ??= setTimeout(() => void flush(), addAfterMs).unref();
    },
    flush,
  };
}

/** Writes one audit line for each count of a minute that is over. */
export async function writeRefusalCounts(context: DatabaseContext): Promise<Done> {
  return await inTransaction(context.db, async (tx) => {
    for (const { minute, more, actorKind, actor, channel, address } of await takeRefusals(tx)) {
      if (Object.keys(more).length === 0) continue;
      const what = {
        action: 'countRefusals',
        outcome: 'refused',
        code: null,
        jobId: null,
        reason: null,
        before: null,
      } as const;
      const by = { actorKind, actor, channel, address, requestId: null };
      await insertAuditEntry(tx, by, { ...what, after: { since: minute.toISOString(), ...more } });
    }
    return DONE;
  });
}

/** Returns the entry that counts the refusals of an address or actor. */
function countingOf(
  counted: Map<string, Counting>,
  mostApart: number,
  requestContext: RequestContext,
): Counting {
  const { kind, name } = requestContext.actor;
  const isAnonymous = kind === ANONYMOUS;
  const own = `${kind} ${isAnonymous ? '' : name} ${addressGroup(requestContext.address)}`;
  if (counted.size >= mostApart) deleteFinished(counted);
  const isApart = counted.size < mostApart || counted.has(own);
  const who = isApart ? own : 'others';
  const counting = counted.get(who) ?? {
    who,
    requestContext: isApart ? requestContext : { ...requestContext, address: null },
    mostLines: isApart && !isAnonymous ? LINES_A_MINUTE.signedIn : LINES_A_MINUTE.anonymous,
    fullUntil: 0,
    underWay: 0,
    more: new Map(),
  };
  counted.set(who, counting);
  return counting;
}

/** Deletes the entries whose minute is over and that have nothing left to add. */
function deleteFinished(counted: Map<string, Counting>): void {
  for (const [who, { fullUntil, underWay, more }] of counted)
    if (underWay === 0 && more.size === 0 && fullUntil <= performance.now()) counted.delete(who);
}

/** Writes the audit line of a refusal. Returns false if the minute has no audit line left. */
async function writeLine(
  db: Database,
  counting: Counting,
  requestContext: RequestContext,
  { action, code, jobId }: Refusal,
): Promise<boolean> {
  if (counting.fullUntil > performance.now()) return false;
  return await inTransaction(db, async (tx) => {
    const [row] = await addRefusals(tx, [rowOf(counting, 1, [])]);
    if (row === undefined) throw new Error('a refusal was not counted');
    if (row.whole >= counting.mostLines) counting.fullUntil = performance.now() + row.leftMs;
    if (row.whole > counting.mostLines) return false;
    await audit(tx, requestContext, { action, outcome: 'refused', code, jobId });
    return true;
  });
}

/** Adds the counts in memory to the database. If that fails, keeps the counts and throws. */
async function addPending(db: Database, counted: Map<string, Counting>): Promise<void> {
  const pending = [...counted.values()]
    .filter(({ more }) => more.size > 0)
    .map((counting) => ({ counting, more: [...counting.more] }));
  if (pending.length === 0) return;
  for (const { counting } of pending) {
    counting.more.clear();
    counting.underWay += 1;
  }
  try {
    await addRefusals(
      db,
      pending.map(({ counting, more }) => rowOf(counting, 0, more)),
    );
  } catch (error) {
    for (const { counting, more } of pending)
      for (const [action, count] of more) increase(counting.more, action, count);
    throw error;
  } finally {
    for (const { counting } of pending) counting.underWay -= 1;
  }
}

function rowOf(
  { who, requestContext: { actor, channel, address } }: Counting,
  whole: number,
  more: Iterable<readonly [AuditAction, number]>,
): RefusalCount {
  return {
    who,
    actorKind: actor.kind,
    actor: actor.name,
    channel,
    address,
    whole,
    more: Object.fromEntries(more),
  };
}

function increase(counts: Map<AuditAction, number>, action: AuditAction, by: number): void {
  counts.set(action, (counts.get(action) ?? 0) + by);
}

/*
 * Refusals, without letting whoever is refused fill the audit log, told once:
 *
 * 1. Of an address without a session the first refusal in a minute has a line of its own; of
 *    somebody who is known, the first sixty, since each of them names a job. Which is the first the
 *    database says, by one row an requestContext and minute, in the line's own transaction: however
 *    many API processes.
 * 2. What comes beyond is counted in memory and added to that row within a second, all askers in
 *    one statement.
 * 3. When the minute is over, whichever process looks first takes the row and writes its count as
 *    one line, in one transaction.
 *
 * A process that is killed loses the counts of its last second, never a line, and what it added
 * before is written by another one or at the next start.
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
const WRITTEN_WHOLE = { anonymous: 1, known: 60 } as const;
/** More askers than this within a minute are counted as one by a process. */
const ASKERS = 1000;

type Counting = {
  readonly requestContext: RequestContext;
  fullUntil: number;
  readonly more: Map<AuditAction, number>;
};
/** An act that was refused, with the error code that the client got. */
export type Refusal = {
  readonly action: AuditAction;
  readonly code: string;
  readonly jobId: string | null;
};
export type RefusalCounter = {
  /** The audit line of an act that was refused, or one more in the count of its minute. */
  record(context: AdminContext, refusal: Refusal): Promise<void>;
  /** Adds to the database what was counted and is not there yet. */
  flush(): Promise<void>;
};

/**
 * Counts for one server. `onError` is told of a count that could not be kept; it is tried again
 * with the next one.
 */
export function countRefusals(
  db: Database,
  onError: (error: unknown) => void,
  addAfterMs = ADD_AFTER_MS,
): RefusalCounter {
  const counted = new Map<string, Counting>();
  let adding: NodeJS.Timeout | null = null;

  async function add(): Promise<void> {
    if (adding !== null) clearTimeout(adding);
    adding = null;
    const pending = [...counted]
      .filter(([, { more }]) => more.size > 0)
      .map(([who, { requestContext, more }]) => ({ who, requestContext, more: [...more] }));
    for (const { more } of counted.values()) more.clear();
    try {
      if (pending.length > 0)
        await addRefusals(
          db,
          pending.map(({ who, requestContext, more }) => countOf(who, requestContext, 0, more)),
        );
    } catch (error) {
      for (const { who, more } of pending)
        for (const [action, count] of more) increase(counted.get(who)?.more, action, count);
      onError(error);
    }
  }

  /** Whose minute is over and whose count is kept need not be known any more. */
  function forget(): void {
    for (const [who, { fullUntil, more }] of counted)
      if (more.size === 0 && fullUntil <= performance.now()) counted.delete(who);
  }

  return {
    async record({ requestContext }, { action, code, jobId }) {
      const known = requestContext.actor.kind !== ANONYMOUS;
      const { kind, name } = requestContext.actor;
      const group = addressGroup(requestContext.address);
      const own = `${kind} ${known ? name : ''} ${group}`;
      if (counted.size >= ASKERS) forget();
      const crowded = counted.size >= ASKERS && !counted.has(own);
      const who = crowded ? 'others' : own;
      const counting = counted.get(who) ?? {
        requestContext: crowded ? { ...requestContext, address: null } : requestContext,
        fullUntil: 0,
        more: new Map(),
      };
      counted.set(who, counting);
      const most = known && !crowded ? WRITTEN_WHOLE.known : WRITTEN_WHOLE.anonymous;
      if (counting.fullUntil <= performance.now()) {
        const isWhole = await inTransaction(db, async (tx) => {
          const [row] = await addRefusals(tx, [countOf(who, counting.requestContext, 1, [])]);
          if (row === undefined) throw new Error('a refusal was not counted');
          if (row.whole >= most) counting.fullUntil = performance.now() + row.leftMs;
          if (row.whole > most) return false;
          await audit(tx, requestContext, { action, outcome: 'refused', code, jobId });
          return true;
        });
        if (isWhole) return;
      }
      increase(counting.more, action, 1);
      adding ??= setTimeout(() => void add(), addAfterMs).unref();
    },
    flush: add,
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

function countOf(
  who: string,
  { actor, channel, address }: RequestContext,
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

function increase(
  counts: Map<AuditAction, number> | undefined,
  action: AuditAction,
  by: number,
): void {
  counts?.set(action, (counts.get(action) ?? 0) + by);
}

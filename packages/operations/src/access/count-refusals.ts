/*
 * Refusals, without letting whoever is refused fill the audit log. A refusal's line is all there is of it, so none needs to be in a transaction of its
 * own. Of one address without a session the first in a minute is written at once; of somebody who is known, the first sixty, since each of them names a
 * job. What comes beyond is counted, and the count is written as one line when the minute is over, or when the server closes.
 */
import { type AuditAction, addressGroup } from '@renderdeck/domain';
import { type AdminContext, type Asker, audit } from '../operation-context.ts';

const MINUTE_MS = 60_000;
const WRITTEN_WHOLE = { stranger: 1, known: 60 } as const;
/** More askers than this within a minute are counted as one. */
const ASKERS = 1000;

type Counting = { readonly asker: Asker; whole: number; readonly more: Map<AuditAction, number>; readonly timer: NodeJS.Timeout };
export type RefusalCounter = {
  /** The audit line of an act that was refused, or one more in the count of its minute. */
  record(context: AdminContext, action: AuditAction, code: string, jobId: string | null): Promise<void>;
  /** Writes the counts that are not written yet; what is refused later is counted anew. */
  flush(): Promise<void>;
};

/** Counts for one server. `onTrouble` is told of a count that could not be written; nothing else is lost by it. */
export function countRefusals(onTrouble: (error: unknown) => void, minuteMs = MINUTE_MS): RefusalCounter {
  const minutes = new Map<string, Counting & { readonly context: AdminContext }>();

  async function end(key: string): Promise<void> {
    const counting = minutes.get(key);
    if (counting === undefined) return;
    minutes.delete(key);
    clearTimeout(counting.timer);
    if (counting.more.size === 0) return;
    const { context, asker, more } = counting;
    await audit(
      context.db,
      { ...asker, requestId: null },
      { action: 'countRefusals', outcome: 'refused', after: Object.fromEntries(more) },
    );
  }

  return {
    async record(context, action, code, jobId) {
      const { asker } = context;
      const known = asker.actor.kind !== 'stranger';
      const own = `${asker.actor.kind} ${known ? asker.actor.name : ''} ${addressGroup(asker.address)}`;
      const crowded = minutes.size >= ASKERS && !minutes.has(own);
      const key = crowded ? 'others' : own;
      let counting = minutes.get(key);
      if (counting === undefined) {
        const timer = setTimeout(() => {
          end(key).catch(onTrouble);
        }, minuteMs);
        timer.unref();
        counting = { context, asker: crowded ? { ...asker, address: null } : asker, whole: 0, more: new Map(), timer };
        minutes.set(key, counting);
      }
      if (counting.whole < (known && !crowded ? WRITTEN_WHOLE.known : WRITTEN_WHOLE.stranger)) {
        counting.whole += 1;
        await audit(context.db, asker, { action, outcome: 'refused', code, jobId });
        return;
      }
      counting.more.set(action, (counting.more.get(action) ?? 0) + 1);
    },
    async flush() {
      await Promise.all([...minutes.keys()].map((key) => end(key).catch(onTrouble)));
    },
  };
}

import { readHeartbeats } from '@renderdeck/store';
import {
  addHostSilentMessages,
  addQueueStuckMessages,
  addUnprovenStopMessages,
  followQueueStall,
} from '@renderdeck/store/extras';
import type { DatabaseContext } from '../operation-context.ts';

/** If the pause between two looks is longer, the time between them does not count. */
const LONGEST_PAUSE_MS = 15_000;

type Heard = { readonly lastHeardAt: number; readonly since: number };

/**
 * Sends messages for problems that no change of a job reports: a stop without proof, a silent
 * host, and a queue that is stuck. Each is reported once, by the first of several processes that
 * sees it. A host counts as silent only if this process saw no heartbeat of it for its whole lease,
 * by its own steady clock, while the database answered. So after an outage of the database no host
 * counts as silent because of the outage.
 */
export function createProblemWatcher({ db }: DatabaseContext, nowMs: () => number) {
  let heard = new Map<string, Heard>();
  let lastLookMs = nowMs();
  return {
    async look(): Promise<void> {
      try {
        await addUnprovenStopMessages(db);
        await followQueueStall(db);
        await addQueueStuckMessages(db);
        const heartbeats = await readHeartbeats(db);
        const now = nowMs();
        if (now - lastLookMs > LONGEST_PAUSE_MS) heard = new Map();
        lastLookMs = now;
        const seen = new Map<string, Heard>();
        for (const { name, lastHeardAt, leaseMs } of heartbeats) {
          const before = heard.get(name);
          const at = lastHeardAt.getTime();
          const since = before?.lastHeardAt === at ? before.since : now;
          seen.set(name, { lastHeardAt: at, since });
          if (now - since > leaseMs) await addHostSilentMessages(db, { name, lastHeardAt });
        }
        heard = seen;
      } catch (error) {
        heard = new Map();
        throw error;
      }
    },
  };
}

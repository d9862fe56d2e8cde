import { listHostViews, tellHostSilent, tellUnprovenStops } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** After a longer pause between two looks, nothing is known of the time between. */
const LONGEST_PAUSE_MS = 15_000;

type Heard = { readonly lastHeardAt: number; readonly since: number };

/**
 * Tells what no change tells: a stop without proof, and a host that is silent. Each is told once,
 * whoever of several processes sees it first. A host counts as silent only after this process saw
 * no heartbeat of it for its whole lease, by its own steady clock, while the database answered:
 * after an outage of the database no host is called silent for what it could not say.
 */
export function createProblemWatcher({ db }: DatabaseContext, nowMs: () => number) {
  let heard = new Map<string, Heard>();
  let lastLookMs = nowMs();
  return {
    async look(): Promise<void> {
      try {
        await tellUnprovenStops(db);
        const views = await listHostViews(db);
        const now = nowMs();
        if (now - lastLookMs > LONGEST_PAUSE_MS) heard = new Map();
        lastLookMs = now;
        const seen = new Map<string, Heard>();
        for (const { name, lastHeardAt, leaseMs, stoppedAt, goneAt } of views) {
          if (stoppedAt !== null || goneAt !== null) continue;
          const before = heard.get(name);
          const at = lastHeardAt.getTime();
          const since = before?.lastHeardAt === at ? before.since : now;
          seen.set(name, { lastHeardAt: at, since });
          if (now - since > leaseMs) await tellHostSilent(db, { name, lastHeardAt });
        }
        heard = seen;
      } catch (error) {
        heard = new Map();
        throw error;
      }
    },
  };
}

import type { Rejection } from '@renderdeck/domain';
import { type Database, findLastChangeSince } from '@renderdeck/store';

/** Adds to a stale version who changed the job since, and how. Gives other rejections unchanged. */
export async function findChangeSince(
  tx: Database,
  id: string,
  rejection: Rejection,
): Promise<Rejection> {
  if (rejection.code !== 'staleVersion') return rejection;
  const last = await findLastChangeSince(tx, id, rejection.expected);
  if (last === null) return rejection;
  const { before, after } = last.facts;
  const what = isListed(last.event)
    ? `${NAMES[last.event]} ${before} → ${after}`
    : `${last.statusBefore} → ${last.statusAfter}`;
  return { ...rejection, change: { by: last.actor, at: last.at, what } };
}

/** The changes whose facts have what was before and after. */
const NAMES = { setPriority: 'priority', setTags: 'tags' } as const;
const isListed = (event: string): event is keyof typeof NAMES => Object.hasOwn(NAMES, event);

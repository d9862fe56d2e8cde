import { isFinal, isQueued, type WireJob } from '@renderdeck/contract';
import type { JobChange } from '../../../live/change-feed.ts';

/** What has changed in a list since its order froze; each job counts once. */
export type PendingChanges = {
  /** Jobs whose place changed, with the position each had before. */
  readonly moved: ReadonlyMap<string, number | null>;
  readonly added: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
};
export const NO_CHANGES: PendingChanges = {
  moved: new Map(),
  added: new Set(),
  ended: new Set(),
};

/** The page may know the new state already: from the answer to its own request, or from a list. */
function positionBefore(
  { before, change: { job } }: JobChange,
  placeOf: (id: string) => number | null,
): number | null {
  return before !== undefined && before.version < job.version ? before.position : placeOf(job.id);
}

type Kind = keyof PendingChanges | 'gone';

/** Counts a change by how it changed the place of its job in the list. */
export function addChange(
  known: PendingChanges,
  change: JobChange,
  inList: (job: WireJob) => boolean,
  /** The position that a job had when the order froze, if that is known. */
  placeOf: (id: string) => number | null,
): PendingChanges {
  const { job } = change.change;
  const kind = kindOf(known, change, inList);
  if (kind === null) return known;
  const moved = new Map(known.moved);
  const added = new Set(known.added);
  const ended = new Set(known.ended);
  moved.delete(job.id);
  added.delete(job.id);
  ended.delete(job.id);
  if (kind === 'added') added.add(job.id);
  if (kind === 'ended') ended.add(job.id);
  if (kind === 'moved')
    moved.set(job.id, known.moved.get(job.id) ?? positionBefore(change, placeOf));
  return { moved, added, ended };
}

function kindOf(
  known: PendingChanges,
  { change, before }: JobChange,
  inList: (job: WireJob) => boolean,
): Kind | null {
  const { job, previousStatus, event } = change;
  const was = previousStatus !== null && inList(asBefore(job, previousStatus, before));
  const is = inList(job);
  // A job that came and went while the order was frozen was never shown.
  if (known.added.has(job.id)) return is ? null : 'gone';
  if (!was) return is ? 'added' : null;
  if (isFinal(job.status)) return isFinal(previousStatus) ? null : 'ended';
  const leavesQueue = isQueued(previousStatus) !== isQueued(job.status);
  return !is || leavesQueue || event === 'setPriority' ? 'moved' : null;
}

/** The job before its change. An answer of the list may have brought the change first. */
function asBefore(job: WireJob, status: WireJob['status'], before: WireJob | undefined): WireJob {
  if (before !== undefined && before.version < job.version) return before;
  return { ...job, status, endedAt: isFinal(status) ? job.endedAt : null };
}

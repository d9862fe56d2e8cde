/*
 * How the order of rows freezes while the user works in the table.
 *
 * 1. Cells are always live. Only the order and the set of rows freeze.
 * 2. The order is frozen while a dialog or a menu is open, while text in the table is selected, and
 *    for 20 s after the last key, pointer move or wheel in it.
 * 3. Meanwhile the live changes are counted as pending. Positions are never compared for this.
 * 4. "Show new order" unfreezes until a later answer of the list has arrived, because the present
 *    answer may be old.
 */
import { isFinal, type WireJob } from '@renderdeck/contract';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { JobChange } from '../../../live/change-feed.ts';
import { useJobChanges } from '../../../live/use-job-changes.ts';
import { useRecentInput } from './use-recent-input.ts';

export type PendingChanges = {
  readonly moved: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
};
const NONE: PendingChanges = { moved: new Set(), added: new Set(), ended: new Set() };

export type FrozenOrder = {
  /** The rows to show, in this order. */
  readonly ids: readonly string[];
  readonly frozen: boolean;
  readonly pending: PendingChanges;
  showNewOrder(): void;
};

type ServerOrder = {
  readonly ids: readonly string[];
  /** When the list was last answered. */
  readonly updatedAt: number;
  refetch(): void;
};

export function useFrozenOrder(
  { ids: serverIds, updatedAt, refetch }: ServerOrder,
  busy: boolean,
  table: RefObject<HTMLElement | null>,
): FrozenOrder {
  const recentlyUsed = useRecentInput(table);
  const [shownIds, setShownIds] = useState(serverIds);
  const [pending, setPending] = useState(NONE);
  const [requestedAt, setRequestedAt] = useState<number | null>(null);
  const frozen = (busy || recentlyUsed) && requestedAt === null;

  useJobChanges(
    useCallback((change: JobChange) => setPending((known) => addChange(known, change)), []),
  );
  useEffect(() => {
    if (frozen) return;
    setShownIds(serverIds);
    setPending(NONE);
    if (requestedAt !== null && updatedAt > requestedAt) setRequestedAt(null);
  }, [frozen, serverIds, requestedAt, updatedAt]);
  const showNewOrder = () => {
    setRequestedAt(updatedAt);
    refetch();
  };

  return {
    // A list that was empty until now has no order to keep.
    ids: frozen && shownIds.length > 0 ? shownIds : serverIds,
    frozen,
    pending: frozen ? pending : NONE,
    showNewOrder,
  };
}

/** Counts each job once, by the last change of its place in the list. */
function addChange(
  known: PendingChanges,
  { change: { job, previousStatus }, before }: JobChange,
): PendingChanges {
  const others = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => id !== job.id));
  const { moved, added, ended } = {
    moved: others(known.moved),
    added: others(known.added),
    ended: others(known.ended),
  };
  if (isFinal(job.status)) {
    // A receipt may gain facts after the end; that is not a second end.
    if (known.ended.has(job.id) || before === undefined || !isFinal(before.status))
      ended.add(job.id);
  } else if (known.added.has(job.id) || (previousStatus === null && before === undefined))
    added.add(job.id);
  else if (known.moved.has(job.id) || (before !== undefined && changesPlace(before, job)))
    moved.add(job.id);
  return { moved, added, ended };
}

function changesPlace(before: WireJob, job: WireJob): boolean {
  return before.priority !== job.priority || (before.position === null) !== (job.position === null);
}

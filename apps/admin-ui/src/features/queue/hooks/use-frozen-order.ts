/*
 * How the order of rows freezes while the user works in the table.
 *
 * 1. Cells are always live. Only the order and the set of rows freeze. A page of the list that is
 *    first seen while the order is frozen is added with its present order.
 * 2. The order is frozen while a dialog or a menu is open, while text in the table is selected, and
 *    for 20 s after the last key, pointer move or wheel in it.
 * 3. Meanwhile the live changes are counted as pending. Positions are never compared for this.
 * 4. "Show new order" unfreezes until a later answer of the list has arrived, because the present
 *    answer may be old.
 * 5. A new order waits while the page of the focused job is not loaded, so that the job can stay
 *    at its height on screen.
 */
import type { WireJob } from '@renderdeck/contract';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import type { JobChange } from '../../../live/change-feed.ts';
import { useJobChanges } from '../../../live/use-job.ts';
import { addUnknownPages, type JobOrder } from '../api/job-order.ts';
import { addChange, NO_CHANGES, type PendingChanges } from './pending-changes.ts';

export type FrozenOrder = {
  /** The rows to show. */
  readonly order: JobOrder;
  readonly frozen: boolean;
  readonly pending: PendingChanges;
  showNewOrder(): void;
};

type ServerOrder = {
  readonly order: JobOrder;
  /** When the list was last answered. */
  readonly updatedAt: number;
  refetch(): void;
};

type Options = {
  /** True while a dialog or a menu is open. */
  busy: boolean;
  /** The focused job is not in the loaded pages of the new order. */
  isSought: boolean;
  table: RefObject<HTMLElement | null>;
  /** True if the list contains the job. */
  inList: (job: WireJob) => boolean;
};

const RECENT_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

/** True for 20 s after the last input inside the element, and while its text is selected. */
function useRecentInput(element: RefObject<HTMLElement | null>): boolean {
  const [recent, setRecent] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onTimeout = () => {
      const selection = document.getSelection();
      if (selection !== null && !selection.isCollapsed && node.contains(selection.anchorNode))
        timer = setTimeout(onTimeout, RECENT_MS);
      else setRecent(false);
    };
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(onTimeout, RECENT_MS);
      setRecent(true);
    };
    for (const input of INPUTS) node.addEventListener(input, onInput, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const input of INPUTS) node.removeEventListener(input, onInput);
    };
  }, [element]);
  return recent;
}

export function useFrozenOrder(
  { order: serverOrder, updatedAt, refetch }: ServerOrder,
  { busy, isSought, table, inList }: Options,
): FrozenOrder {
  const recentlyUsed = useRecentInput(table);
  const [kept, setKept] = useState(serverOrder);
  const [pending, setPending] = useState(NO_CHANGES);
  const [requestedAt, setRequestedAt] = useState<number | null>(null);
  const { jobs } = useApi();
  const places = useRef<ReadonlyMap<string, number | null>>(new Map());
  const frozen = isSought || ((busy || recentlyUsed) && requestedAt === null);
  // A list that was empty until now has no order to keep.
  const order = frozen && kept.count > 0 ? addUnknownPages(kept, serverOrder) : serverOrder;

  useJobChanges(
    useCallback(
      (change: JobChange) =>
        setPending((known) =>
          addChange(known, change, inList, (id) => places.current.get(id) ?? null),
        ),
      [inList],
    ),
  );
  useEffect(() => setKept(order), [order]);
  useEffect(() => {
    if (frozen) return;
    const ids = [...serverOrder.pages.values()].flat();
    places.current = new Map(ids.map((id) => [id, jobs.get(id)?.position ?? null]));
  }, [frozen, serverOrder, jobs]);
  useEffect(() => {
    if (frozen) return;
    setPending(NO_CHANGES);
    if (requestedAt !== null && updatedAt > requestedAt) setRequestedAt(null);
  }, [frozen, requestedAt, updatedAt]);
  const showNewOrder = () => {
    setRequestedAt(updatedAt);
    refetch();
  };

  return { order, frozen, pending: frozen ? pending : NO_CHANGES, showNewOrder };
}

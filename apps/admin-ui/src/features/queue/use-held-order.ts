/*
 * How rows hold still, told once.
 *
 * Cells are always live; order and membership change only when nobody is working in the table. They are held while a dialog or a menu is
 * open, while text is selected in the table, and for 20 s after the last key, pointer move or wheel in it: a hold ends by itself. What
 * happened meanwhile is counted from the changes as they come, never by comparing places.
 */
import { isFinal, type WireJob } from '@renderdeck/contract';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { SeenChange } from '../../api/change-feed.ts';
import { useChanges } from '../../api/use-live.ts';

const HOLD_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

export type HeldChanges = {
  readonly moved: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
  readonly ended: ReadonlySet<string>;
};
const NONE: HeldChanges = { moved: new Set(), added: new Set(), ended: new Set() };

export type HeldOrder = {
  /** The rows to show, in their shown order. */
  readonly ids: readonly string[];
  readonly held: boolean;
  readonly changes: HeldChanges;
  /** Shows the true order at once. */
  showNewOrder(): void;
};

type TrueOrder = {
  readonly ids: readonly string[];
  /** When the list was last answered, as the server's answers are counted. */
  readonly updatedAt: number;
  /** Asks for the list again. */
  refresh(): void;
};

export function useHeldOrder(
  { ids: trueIds, updatedAt, refresh }: TrueOrder,
  busy: boolean,
  table: RefObject<HTMLElement | null>,
): HeldOrder {
  const recentlyUsed = useRecentInput(table);
  const [shown, setShown] = useState(trueIds);
  const [changes, setChanges] = useState(NONE);
  // What the list was when the new order was asked for: the order is free until a later answer is there, for this one may be old.
  const [askedAt, setAskedAt] = useState<number | null>(null);
  const held = (busy || recentlyUsed) && askedAt === null;

  useChanges(useCallback((seen: SeenChange) => setChanges((known) => count(known, seen)), []));
  useEffect(() => {
    if (held) return;
    setShown(trueIds);
    setChanges(NONE);
    if (askedAt !== null && updatedAt > askedAt) setAskedAt(null);
  }, [held, trueIds, askedAt, updatedAt]);
  const showNewOrder = () => {
    setAskedAt(updatedAt);
    refresh();
  };

  // A list that was empty until now has no order to hold.
  return {
    ids: held && shown.length > 0 ? shown : trueIds,
    held,
    changes: held ? changes : NONE,
    showNewOrder,
  };
}

/** A job is counted once, by the last thing that happened to its place in the list. */
function count(
  known: HeldChanges,
  { change: { job, previousStatus }, before }: SeenChange,
): HeldChanges {
  const others = (ids: ReadonlySet<string>) => new Set([...ids].filter((id) => id !== job.id));
  const { moved, added, ended } = {
    moved: others(known.moved),
    added: others(known.added),
    ended: others(known.ended),
  };
  if (isFinal(job.status)) {
    // A receipt that gains facts later ends nothing.
    if (known.ended.has(job.id) || before === undefined || !isFinal(before.status))
      ended.add(job.id);
  } else if (known.added.has(job.id) || (previousStatus === null && before === undefined))
    added.add(job.id);
  else if (known.moved.has(job.id) || (before !== undefined && movesBetween(before, job)))
    moved.add(job.id);
  return { moved, added, ended };
}

/** True when the change gives the job another place: another priority, or into or out of the queue. */
function movesBetween(before: WireJob, job: WireJob): boolean {
  return before.priority !== job.priority || (before.position === null) !== (job.position === null);
}

/** True for 20 s after the last input inside the element, and while text of it is selected. */
function useRecentInput(element: RefObject<HTMLElement | null>): boolean {
  const [recent, setRecent] = useState(false);
  useEffect(() => {
    const node = element.current;
    if (node === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const release = () => {
      const selection = document.getSelection();
      if (selection !== null && !selection.isCollapsed && node.contains(selection.anchorNode))
        timer = setTimeout(release, HOLD_MS);
      else setRecent(false);
    };
    const note = () => {
      clearTimeout(timer);
      timer = setTimeout(release, HOLD_MS);
      setRecent(true);
    };
    for (const input of INPUTS) node.addEventListener(input, note, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const input of INPUTS) node.removeEventListener(input, note);
    };
  }, [element]);
  return recent;
}

/*
 * How a row keeps focus although its element may come and go.
 *
 * 1. Focus is remembered as "the list has it" and the id of a job, not as an element.
 * 2. The focused row is always rendered; when its element is new, it takes focus again.
 * 3. When the focused job leaves the list, the row that takes its place gets focus, and the
 *    page's heading if the list is empty.
 */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { RowPlace } from '../api/job-order.ts';

export type RememberedRow = {
  /** The row that had focus last, and where it was then. */
  readonly row: RowPlace | null;
  /** True while the list has focus, or lost it with an element of its own. */
  readonly hasFocus: () => boolean;
  /** Gives focus to a row as soon as it is rendered. */
  readonly focus: (row: RowPlace) => void;
};

export function useRememberedRow(list: RefObject<HTMLElement | null>): RememberedRow {
  const [row, setRow] = useState<RowPlace | null>(null);
  const owned = useRef(false);
  useEffect(() => {
    // The shell does not move the focus that this list lost (useLostFocus).
    list.current?.setAttribute('data-keeps-focus', '');
    const onFocus = ({ target }: FocusEvent) => {
      const element = target instanceof Element ? target.closest<HTMLElement>('[data-job]') : null;
      const id = element?.dataset.job;
      owned.current = id !== undefined && list.current?.contains(element) === true;
      if (owned.current && id !== undefined)
        setRow({ id, index: Number(element?.dataset.index ?? 0) });
    };
    const onPointer = ({ target }: PointerEvent) => {
      if (target instanceof Node && list.current?.contains(target) !== true) owned.current = false;
    };
    document.addEventListener('focusin', onFocus);
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('pointerdown', onPointer);
    };
  }, [list]);

  return {
    row,
    hasFocus: useCallback(() => owned.current, []),
    focus: useCallback((next) => {
      owned.current = true;
      setRow(next);
    }, []),
  };
}

import { type RefObject, useEffect, useState } from 'react';

const HOLD_MS = 20_000;
const INPUTS = ['keydown', 'pointermove', 'wheel'] as const;

/**
 * Keeps the order of the rows for 20 s after the last input in the list, so that no row moves away
 * under the pointer. Cells stay live, and a new host comes last.
 */
export function useHeldOrder(names: readonly string[], list: RefObject<HTMLElement | null>) {
  const [held, setHeld] = useState<readonly string[] | null>(null);
  const current = JSON.stringify(names);
  useEffect(() => {
    const node = list.current;
    if (node === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onInput = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setHeld(null), HOLD_MS);
      setHeld((known) => known ?? JSON.parse(current));
    };
    for (const input of INPUTS) node.addEventListener(input, onInput, { passive: true });
    return () => {
      clearTimeout(timer);
      // The time starts anew with the listeners of the next order.
      timer = setTimeout(() => setHeld(null), HOLD_MS);
      for (const input of INPUTS) node.removeEventListener(input, onInput);
    };
  }, [list, current]);
  const kept = held?.filter((name) => names.includes(name)) ?? [];
  const shown = held === null ? names : [...kept, ...names.filter((name) => !kept.includes(name))];
  return {
    names: shown,
    isHeld: held !== null,
    hasChanged: JSON.stringify(shown) !== current,
    showNewOrder: () => setHeld(null),
  };
}

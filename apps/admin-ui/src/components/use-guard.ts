import { useEffect, useRef } from 'react';

const GUARD_MS = 400;

/** Wraps an act so that it does nothing in the first 400 ms after `subject` changed: a second click never lands on a new button. */
export function useGuard(subject: string): (act: () => void) => () => void {
  const since = useRef({ subject, at: performance.now() });
  useEffect(() => {
    since.current = { subject, at: performance.now() };
  }, [subject]);
  return (act) => () => {
    if (since.current.subject === subject && performance.now() - since.current.at >= GUARD_MS)
      act();
  };
}

import { useEffect, useRef, useState } from 'react';

const IGNORE_MS = 400;

/**
 * Wraps a click handler so that it does nothing in the first 400 ms after `question` changed.
 * A second click then never confirms a question that has only just appeared.
 */
export function useIgnoreEarlyClicks(question: string): (handler: () => void) => () => void {
  const shown = useRef({ question, at: performance.now() });
  useEffect(() => {
    shown.current = { question, at: performance.now() };
  }, [question]);
  return (handler) => () => {
    const { question: current, at } = shown.current;
    if (current === question && performance.now() - at >= IGNORE_MS) handler();
  };
}

/** True in the 400 ms after `question` changed, in which useIgnoreEarlyClicks ignores clicks. */
export function useFirstMoment(question: string): boolean {
  const [past, setPast] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPast(question), IGNORE_MS);
    return () => clearTimeout(timer);
  }, [question]);
  return past !== question;
}

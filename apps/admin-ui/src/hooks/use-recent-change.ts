import { useEffect, useRef, useState } from 'react';

const SHOWN_MS = 2_000;

/** True for 2 s after a value that was shown has changed. */
export function useRecentChange(value: unknown): boolean {
  const before = useRef(value);
  const [isRecent, setRecent] = useState(false);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    setRecent(true);
    const timer = setTimeout(() => setRecent(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return isRecent;
}

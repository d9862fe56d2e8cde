import { useEffect, useState } from 'react';
import { IGNORE_MS } from './use-ignore-early-clicks.ts';

/** True in the 400 ms after `question` changed, in which useIgnoreEarlyClicks ignores clicks. */
export function useFirstMoment(question: string): boolean {
  const [past, setPast] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setPast(question), IGNORE_MS);
    return () => clearTimeout(timer);
  }, [question]);
  return past !== question;
}

import { useEffect, useState } from 'react';
import { useApi } from '../../../api/api.ts';

const SHOWN_MS = 4_000;

/** Copies the id of a job, and says for 4 s what became of it. */
export function useCopiedId(): { message: string | null; copyId: (id: string) => void } {
  const { announcer } = useApi();
  const [message, setMessage] = useState<string | null>(null);
  useEffect(() => {
    if (message === null) return;
    announcer.say(message);
    const timer = setTimeout(() => setMessage(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [announcer, message]);
  return {
    message,
    copyId: (id) =>
      void navigator.clipboard.writeText(id).then(
        () => setMessage('Id copied.'),
        () => setMessage('Not copied: the browser does not allow it here.'),
      ),
  };
}

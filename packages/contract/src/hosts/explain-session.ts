import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What is wrong with the Windows session of a worker, for people; null where nothing is. */
export function explainSession({ session }: Pick<WireHost, 'session'>): string | null {
  if (session !== 0) return null;
  return (
    'The worker runs in session 0, as a service does. After Effects needs the session of a ' +
    'logged-on user: there it may fail or wait for a dialog that nobody sees. Start the worker ' +
    'by a task that runs only when its user is logged on.'
  );
}

import { detectContainer } from './container/container.ts';
import { linuxListing } from './snapshot/linux.ts';

/** Newer than every process: so no marks are read. */
const NO_MARKS = String(Number.MAX_SAFE_INTEGER);

/**
 * Why no stop of a render could be proven on this host now, as a sentence that says what to change;
 * null where it could. A cgroup proves by itself. Everything else is proven by scans, and only where
 * nothing is hidden from them.
 */
export async function explainNoProof(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const { hidden } = await linuxListing.takeSnapshot({ root: NO_MARKS });
  if (hidden === null || (await detectContainer()).kind === 'cgroup') return null;
  return (
    `${hidden} A process of a render could outlive its stop unseen, and this worker can make no ` +
    'cgroup, which would show it. Mount /proc without hidepid and subset, or let the worker make ' +
    'cgroups (docs/hosts.md).'
  );
}

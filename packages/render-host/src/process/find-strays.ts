import type { Survivor, TreeRecord } from '@renderdeck/domain';
import { listLiveJobs } from './container/live-jobs.ts';
import { endProcess } from './end-process.ts';
import type { SeenProcess } from './snapshot/process-listing.ts';
import { UNKNOWN_TOKEN, windowsListing } from './snapshot/windows.ts';

/** The programs of After Effects: what nexrender starts, and what that starts. */
const AFTER_EFFECTS = /^(aerender|aerendercore|afterfx)\.(exe|com)$/i;

/**
 * After Effects that runs in no job of this worker and began after the tree. Only a service of
 * Windows that a job asks can start one so. Whose it is cannot be known.
 *
 * `end`: also end them. They are named nevertheless: only the next look shows that they are gone.
 */
export async function findStrays(
  { root }: Pick<TreeRecord, 'root'>,
  { end }: { end: boolean },
): Promise<Survivor[]> {
  const strays = await listStrays(root === null ? null : root.startToken);
  if (end) for (const { pid, startToken } of strays) endProcess(pid, startToken);
  return strays.map(({ pid, name }) => ({
    pid,
    name,
    state: 'After Effects that no job of this worker holds: close it',
  }));
}

/** `since`: a creation time; null: whenever it began. */
async function listStrays(since: string | null): Promise<SeenProcess[]> {
  const { processes } = await windowsListing.takeSnapshot();
  const found = processes.filter(
    ({ name, startToken }) => AFTER_EFFECTS.test(name) && isSince(startToken, since),
  );
  if (found.length === 0) return [];
  // The jobs are read after the list. What began since is in neither.
  const held = new Set(listLiveJobs().flatMap((job) => [...job.listPids()]));
  const outside = found.filter(({ pid }) => !held.has(pid));
  const states = await windowsListing.readStates(outside.map(({ pid }) => pid));
  return outside.filter(({ pid, startToken }) => states.get(pid)?.startToken === startToken);
}

function isSince(startToken: string, since: string | null): boolean {
  if (since === null || startToken === UNKNOWN_TOKEN || since === UNKNOWN_TOKEN) return true;
  return BigInt(startToken) >= BigInt(since);
}

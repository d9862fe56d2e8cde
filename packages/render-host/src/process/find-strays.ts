/*
 * After Effects that no job holds. What a render starts is in its job. But a render may ask a
 * service of Windows (the service manager, WMI, the task scheduler) to start a program, and that is
 * in none. Whose it is cannot be known. A person may have started it, too.
 *
 * So it is named and left alone, and nothing is proven meanwhile: not of an attempt that began
 * before it, nor of one whose daemon has died. With RENDERDECK_END_STRAY_AFTER_EFFECTS=on it is
 * ended.
 */
import type { RememberedProcess, Survivor, TreeRecord } from '@renderdeck/domain';
import { endProcess } from './end-process.ts';
import { remember } from './list-tree.ts';
import { type SeenProcess, UNKNOWN_TOKEN } from './snapshot/process-listing.ts';
import { nameLauncher } from './windows/job-object.ts';
import { windowsListing } from './windows/list-processes.ts';
import { listLiveJobs } from './windows/live-jobs.ts';
import { loadWindowsApi } from './windows/load-windows-api.ts';

/** The programs of After Effects: what nexrender starts, and what that starts. */
const AFTER_EFFECTS = /^(aerender|aerendercore|afterfx)\.(exe|com)$/i;

/**
 * The strays that began after this tree, as survivors of it. `end`: also end them. They are named
 * nevertheless: only the next look shows that they are gone.
 */
export async function findStrays(
  { root }: Pick<TreeRecord, 'root'>,
  { end }: { end: boolean },
): Promise<Survivor[]> {
  const since = root === null ? null : root.startToken;
  const strays = (await listStrays()).filter(({ startToken }) => isSince(startToken, since));
  if (end) for (const { pid, startToken } of strays) endProcess(pid, startToken);
  return strays.map(({ pid, name }) => ({
    pid,
    name,
    state: 'running in no job of a worker: it may be of this render; close it',
  }));
}

/** After Effects that runs in no job of this worker, nor below a launcher of another one. */
export async function listStrays(): Promise<RememberedProcess[]> {
  const { processes } = await windowsListing.takeSnapshot();
  const found = processes.filter(({ name }) => AFTER_EFFECTS.test(name));
  if (found.length === 0) return [];
  // The jobs are read after the list. What began since is in neither.
  const jobs = listLiveJobs();
  const held = new Set(jobs.flatMap((job) => [...job.listPids()]));
  const own = new Set(jobs.map(({ launcher }) => launcher?.pid));
  const isOfOther = ({ pid, startToken }: SeenProcess) =>
    !own.has(pid) && loadWindowsApi().isAnnounced(nameLauncher({ pid, startToken }));
  const outside = found.filter(
    (seen) => !held.has(seen.pid) && !listAncestors(seen, processes).some(isOfOther),
  );
  const states = await windowsListing.readStates(outside.map(({ pid }) => pid));
  return outside
    .filter(({ pid, startToken }) => states.get(pid)?.startToken === startToken)
    .map(remember);
}

function listAncestors(seen: SeenProcess, processes: readonly SeenProcess[]): SeenProcess[] {
  const ancestors = new Set<SeenProcess>();
  const parentOf = ({ parentPid }: SeenProcess) => processes.find(({ pid }) => pid === parentPid);
  for (let at = parentOf(seen); at !== undefined && !ancestors.has(at); at = parentOf(at))
    ancestors.add(at);
  return [...ancestors];
}

function isSince(startToken: string, since: string | null): boolean {
  if (since === null || startToken === UNKNOWN_TOKEN || since === UNKNOWN_TOKEN) return true;
  return BigInt(startToken) >= BigInt(since);
}

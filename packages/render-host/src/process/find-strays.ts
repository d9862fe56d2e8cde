/*
 * Finds After Effects that runs in no job. All programs that a render starts are in its job. But a
 * render may ask a service of Windows (the service manager, WMI, the task scheduler) to start a
 * program, and that program is in no job. Nothing shows which render asked, or whether a person
 * started it.
 *
 * So a stray is named and left alone. While it runs, nothing is proven for an attempt that began
 * before it, or for an attempt whose daemon has died. RENDERDECK_END_STRAY_AFTER_EFFECTS=on lets
 * the worker end strays.
 */
import type { RememberedProcess, Survivor, TreeRecord } from '@renderdeck/domain';
import { endProcess } from './end-process.ts';
import { remember } from './list-tree.ts';
import { type SeenProcess, UNKNOWN_TOKEN } from './snapshot/process-listing.ts';
import { nameLauncher } from './windows/job-object.ts';
import { windowsListing } from './windows/list-processes.ts';
import { listLiveJobs } from './windows/live-jobs.ts';
import { loadWindowsApi } from './windows/load-windows-api.ts';

/** The programs of After Effects: the one that nexrender starts, and its descendants. */
const AFTER_EFFECTS = /^(aerender|aerendercore|afterfx)\.(exe|com)$/i;

/**
 * Returns the strays that began after this tree, as survivors of the tree. `end` also ends them.
 * They are named even so, because only the next look shows that they are gone.
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

/** After Effects in no job of this worker and below no launcher of another worker. */
export async function listStrays(): Promise<RememberedProcess[]> {
  const { processes } = await windowsListing.takeSnapshot();
  const found = processes.filter(({ name }) => AFTER_EFFECTS.test(name));
  if (found.length === 0) return [];
  // The jobs are read after the list. A process that began since is in neither.
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

import type { RememberedProcess } from '@renderdeck/domain';
import { listStrays } from './find-strays.ts';
import { makeLimitMark } from './limit-mark.ts';
import { remember } from './list-tree.ts';
import { makeTreeGroup } from './render-user.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { isAlive } from './snapshot/process-listing.ts';

/**
 * Finds processes that have this installation's owner tag and a tree marker of no known attempt,
 * the oldest first. On Windows it finds After Effects that no worker holds. Report them to a person
 * and never signal them, because nothing proves which attempt they belong to.
 */
export async function findUnclaimed(
  owner: string,
  knownMarkers: ReadonlySet<string>,
): Promise<RememberedProcess[]> {
  // Windows does not show the marks of a process. It shows only that After Effects is in no job.
  if (process.platform === 'win32') return await listStrays();
  const { processes } = await chooseListing().takeSnapshot();
  // A program of a known tree may set another tree marker and lower its limits.
  const knownLimits = new Set([...knownMarkers].map(makeLimitMark));
  const knownGroups = new Set([...knownMarkers].map(makeTreeGroup));
  return processes
    .filter(
      (seen) =>
        seen.owner === owner &&
        seen.treeMarker !== null &&
        !knownMarkers.has(seen.treeMarker) &&
        !(seen.limitMark !== null && knownLimits.has(seen.limitMark)) &&
        !(seen.userGroup !== null && knownGroups.has(seen.userGroup)) &&
        isAlive(seen),
    )
    .map(remember)
    .reverse();
}

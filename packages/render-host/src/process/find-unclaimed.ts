import type { RememberedProcess } from '@renderdeck/domain';
import { remember } from './list-tree.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { isAlive } from './snapshot/process-listing.ts';

/**
 * Processes with this installation's owner tag and a tree marker of no known attempt, the oldest
 * first. Report them to a person and never signal them: nothing proves which attempt owns them.
 */
export async function findUnclaimed(
  owner: string,
  knownMarkers: ReadonlySet<string>,
): Promise<RememberedProcess[]> {
  const { processes } = await chooseListing().takeSnapshot();
  return processes
    .filter(
      (seen) =>
        seen.owner === owner &&
        seen.treeMarker !== null &&
        !knownMarkers.has(seen.treeMarker) &&
        isAlive(seen),
    )
    .map(remember)
    .reverse();
}

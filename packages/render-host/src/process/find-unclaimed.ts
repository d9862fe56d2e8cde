import type { RememberedProcess } from '@renderdeck/domain';
import { remember } from './list-tree.ts';
import { chooseListing } from './snapshot/choose-listing.ts';
import { isAlive } from './snapshot/process-listing.ts';

/**
 * Processes that carry this installation's owner tag and a tree marker that no known attempt has, the oldest first: to be reported to a
 * person, never to be signalled, for nothing proves whose they are.
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

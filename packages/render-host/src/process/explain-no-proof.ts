import type { ContainerKind } from '@renderdeck/domain';
import { explainCgroup, listBeside } from './container/cgroup.ts';
import { detectContainer } from './container/container.ts';
import { linuxListing } from './snapshot/linux.ts';
import { findUnread } from './snapshot/process-listing.ts';

/** Newer than every process: so no marks are read. */
const NO_MARKS = String(Number.MAX_SAFE_INTEGER);

/**
 * Why no stop of a render could be proven on this host now, as a sentence that says what to change;
 * null where it could. A cgroup proves by itself, unless a hidden process stands where a render
 * could move to, be it the cgroup of another one: it might be of the render. Everything else is
 * proven by scans, and only where nothing is hidden from them.
 */
export async function explainNoProof(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const { hidden } = await linuxListing.takeSnapshot({ root: NO_MARKS });
  if (hidden === null) return null;
  const why = await explainContainer((await detectContainer()).kind);
  if (why === null) return null;
  const then = 'A process of a render could outlive its stop unseen';
  return `${hidden} ${then}, and ${why} (docs/hosts.md).`;
}

async function explainContainer(kind: ContainerKind): Promise<string | null> {
  const mend = 'Mount /proc without hidepid and subset, or ';
  const place = kind === 'cgroup' ? explainCgroup() : null;
  if (place?.ok !== true)
    return `this worker can make no cgroup, which would show it. ${mend}let it make cgroups`;
  const unseen = await findUnread(linuxListing, listBeside(place.parent, null));
  if (unseen === null) return null;
  return (
    `its cgroup would not tell either: process ${unseen}, which is hidden, stands where a render ` +
    `could move to, or is of a render that runs. ${mend}run the worker in a service with cgroups ` +
    'of its own, and no program in a render that hides itself'
  );
}

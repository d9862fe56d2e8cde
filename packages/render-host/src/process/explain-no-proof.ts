import type { ContainerKind } from '@renderdeck/domain';
import { explainCgroup, listBeside } from './container/cgroup.ts';
import { detectContainer } from './container/container.ts';
import { linuxListing } from './snapshot/linux.ts';
import { findUnread } from './snapshot/process-listing.ts';

/** A start time after that of every process, so that the listing reads no marks. */
const NO_MARKS = String(Number.MAX_SAFE_INTEGER);

/**
 * Why this host could not prove any stop of a render now, as a sentence that says what to change;
 * null when it could. A cgroup is a proof, except when a hidden process is in a cgroup into which a
 * render could move: that process might belong to the render. Without a cgroup, scans are the
 * proof, and only when no process is hidden from them.
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
    `its cgroup would not show it either: the hidden process ${unseen} is in a cgroup into which ` +
    `a render could move, or belongs to a render that runs. ${mend}run the worker in a service ` +
    'with its own cgroups, and run no program in a render that hides itself'
  );
}

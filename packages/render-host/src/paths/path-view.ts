import { type PlatformPath, posix, win32 } from 'node:path';
import type { PathMapping } from './map-path.ts';
import { hasMisreadName, type Place } from './read-path.ts';
import { resolveLinks } from './resolve-links.mjs';

/** How the rules read the paths of a job: on the host that opens them, or on another computer. */
export type PathView = {
  /** The systems that a path may belong to. */
  readonly systems: readonly PlatformPath[];
  /** Folders that have another path on this host (map-path.ts). */
  readonly mappings: readonly PathMapping[];
  /** The resolved path of a place; null when it cannot be resolved. */
  follow(place: Place): string | null;
  /** An empty list of a rule allows everything (the host decides later), or else nothing. */
  readonly emptyListAllows: boolean;
};

/** This host, which opens the paths. Links are resolved first. An empty list allows nothing. */
export const thisHost: PathView = {
  systems: [process.platform === 'win32' ? win32 : posix],
  mappings: [],
  follow: ({ path }) => resolveLinks(path),
  emptyListAllows: false,
};

/** A host that is not known yet. Paths are compared as text. An empty list allows everything. */
export const anyHost: PathView = {
  systems: [posix, win32],
  mappings: [],
  follow: ({ system, path }) => system.normalize(path),
  emptyListAllows: true,
};

/** Whether only Windows can read these paths. */
export function isForWindows({ systems }: PathView): boolean {
  return systems.every((system) => system === win32);
}

/** Whether every system that the path may belong to would read it as something else. */
export function isMisread(path: string, paths: PathView): boolean {
  return isForWindows(paths) && hasMisreadName(path);
}

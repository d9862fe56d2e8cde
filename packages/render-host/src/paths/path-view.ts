import { type PlatformPath, posix, win32 } from 'node:path';
import type { PathMapping } from './map-path.ts';
import { hasMisreadName, type Place } from './read-path.ts';
import { resolveLinks } from './resolve-links.mjs';

/** How the rules read the paths of a job: on the host that opens them, or on another machine. */
export type PathView = {
  /** The systems that a path may belong to. */
  readonly systems: readonly PlatformPath[];
  /** Folders that have another path on this host (map-path.ts). */
  readonly mappings: readonly PathMapping[];
  /** The resolved path of a place; null if it cannot be resolved. */
  follow(place: Place): string | null;
  /** Whether an empty list of the rules allows everything (the host decides later) or nothing. */
  readonly emptyListAllows: boolean;
};

/** This host, which opens the paths. Paths are resolved first, and an empty list allows nothing. */
export const thisHost: PathView = {
  systems: [process.platform === 'win32' ? win32 : posix],
  mappings: [],
  follow: ({ path }) => resolveLinks(path),
  emptyListAllows: false,
};

/** A host that is not known yet. Paths are compared as written, and an empty list allows all. */
export const anyHost: PathView = {
  systems: [posix, win32],
  mappings: [],
  follow: ({ system, path }) => system.normalize(path),
  emptyListAllows: true,
};

/** True if the paths are those of Windows only. */
export function isForWindows({ systems }: PathView): boolean {
  return systems.every((system) => system === win32);
}

/** True if a path or name is read as something else on every system that it may belong to. */
export function isMisread(path: string, paths: PathView): boolean {
  return isForWindows(paths) && hasMisreadName(path);
}

import { type PlatformPath, posix, win32 } from 'node:path';
import type { Place } from './read-path.ts';
import { resolveLinks } from './resolve-links.ts';

/** How the rules read the paths of a job: the same rules hold on the host that opens them and on a machine that only passes them on. */
export type PathView = {
  /** The systems whose paths are read. */
  readonly systems: readonly PlatformPath[];
  /** Where a place leads; null where that cannot be told. */
  follow(place: Place): string | null;
  /** What an empty list of the rules means: all is left to the host, or nothing is allowed. */
  readonly emptyListAllows: boolean;
};

/** This host, which opens the paths: each is compared by where it leads after all links, and what is not listed is not allowed. */
export const thisHost: PathView = {
  systems: [process.platform === 'win32' ? win32 : posix],
  follow: ({ path }) => resolveLinks(path),
  emptyListAllows: false,
};

/** A host that is not known yet: a path of any system is compared as it is written, and what is not listed is left to the host. */
export const anyHost: PathView = {
  systems: [posix, win32],
  follow: ({ system, path }) => system.normalize(path),
  emptyListAllows: true,
};

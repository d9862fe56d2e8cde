/*
 * The same folder has another path on another host: /mnt/farm here is Z:\farm there. A host says
 * so by RENDERDECK_PATH_MAP, and reads the paths of jobs through it, before it checks them.
 */
import { type PlatformPath, posix, win32 } from 'node:path';
import { hasMisreadName, type Place, readPath } from './read-path.ts';

/** A folder as jobs name it, and the same folder on this host. */
export type PathMapping = { readonly from: string; readonly to: string };

/** Reads a path as it lies on this host, by the first mapping that holds it; null if none does. */
export function mapPath(
  read: (system: PlatformPath) => Place | null,
  mappings: readonly PathMapping[],
  own: PlatformPath,
): Place | null {
  for (const { from, to } of mappings) {
    for (const system of [posix, win32]) {
      const root = readPath(from, system);
      const place = read(system);
      const below = root === null || place === null ? null : findBelow(root, place);
      if (below !== null && (own === posix || isWindowsName(below, system)))
        return {
          system: own,
          path: below === '' ? to : own.join(to, below.split(system.sep).join(own.sep)),
        };
    }
  }
  return null;
}

/** The way from the root to the place; null where it lies outside, or steps out of a folder. */
function findBelow(root: Place, { system, path }: Place): string | null {
  const way = system.relative(root.path, path);
  return /^\.\.(?:[/\\]|$)/.test(way) || system.isAbsolute(way) ? null : way;
}

/** Another system takes names that Windows reads as a folder, a drive, a stream or a device. */
function isWindowsName(way: string, system: PlatformPath): boolean {
  return system === win32 || !(/[\\:]/.test(way) || hasMisreadName(way));
}

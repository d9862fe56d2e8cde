/*
 * One folder may have different paths on two hosts: /mnt/farm here is Z:\farm there. A host lists
 * such folders in RENDERDECK_PATH_MAP. It translates the paths of a job before it checks them.
 */
import { type PlatformPath, posix, win32 } from 'node:path';
import { hasMisreadName, type Place, readPath } from './read-path.ts';

/** A folder as jobs name it (`from`), and as this host names it (`to`). */
export type PathMapping = { readonly from: string; readonly to: string };

/** Translates a path by the first mapping that contains it; null when no mapping does. */
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

/** The path of the place below the root; null when it is outside or has `..` in it. */
function findBelow(root: Place, { system, path }: Place): string | null {
  const way = system.relative(root.path, path);
  return /^\.\.(?:[/\\]|$)/.test(way) || system.isAbsolute(way) ? null : way;
}

/** Whether Windows reads the name as a folder, a drive, a stream or a device. Unix accepts it. */
function isWindowsName(way: string, system: PlatformPath): boolean {
  return system === win32 || !(/[\\:]/.test(way) || hasMisreadName(way));
}

import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Where an absolute path really leads; what does not exist yet keeps its name below the part that does. Null where that cannot be
 * told: a link to nowhere, a loop, a file in the place of a folder.
 */
export function resolveLinks(path: string): string | null {
  const missing: string[] = [];
  let at = resolve(path);
  while (true) {
    try {
      return join(realpathSync.native(at), ...missing);
    } catch {
      if (dirname(at) === at || isThere(at)) return null;
      missing.unshift(basename(at));
      at = dirname(at);
    }
  }
}

/** Also true for what stands there and cannot be looked at. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

// @ts-check
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * An absolute path with every link resolved. The part that does not exist yet keeps its names.
 * Null if it cannot be resolved: a broken link, a loop, or a file in the place of a folder.
 *
 * @param {string} path
 * @returns {string | null}
 */
export function resolveLinks(path) {
  /** @type {string[]} */
  const missing = [];
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

/** Also true for an entry that we may not read. @param {string} path */
function isThere(path) {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

// @ts-check
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Resolves every link of an absolute path. Parts that do not exist yet keep their names. Null when
 * that is not possible: a broken link, a loop, or a file in the place of a folder.
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

/** Whether an entry exists, even if we may not read it. @param {string} path */
function isThere(path) {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

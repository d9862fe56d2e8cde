// @ts-check
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Finds the file of an action module. Looks first among the modules of Renderdeck, then in the
 * folder of modules that the operator installed, with its own `node_modules`. A full path names
 * itself. Null: it is not installed.
 *
 * @param {string} name
 * @param {string} actionsFolder
 * @returns {{ readonly path: string, readonly isOwn: boolean } | null}
 */
export function findModule(name, actionsFolder) {
  for (const place of [import.meta.url, pathToFileURL(join(actionsFolder, 'x')).href]) {
    try {
      const path = createRequire(place).resolve(name);
      return { path, isOwn: place === import.meta.url && !isAbsolute(name) };
    } catch {
      // It is not installed there.
    }
  }
  return null;
}

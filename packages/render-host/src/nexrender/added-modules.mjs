// @ts-check
/**
 * Modules that an action adds to its job while the job runs. Some packages add one of their own
 * files to a later list, for example to remove after the render what they installed before it.
 *
 * 1. After each action, its job is searched for modules that are new and not in the allow list.
 * 2. A new one may run if it lies in the package of the action that added it, also through links.
 *    It then follows the rules of that action: it asks the gates unless that action needs none.
 * 3. Any other one fails the job at once, with the names of both.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { KnownFailure } from './known-failure.mjs';

/**
 * @param {readonly string[]} allowed
 * @returns {AddedModules}
 *
 * @typedef {{
 *   allows(module: string): boolean,
 *   ownerOf(module: string): string,
 *   check(before: ReadonlySet<string>, job: { actions?: unknown }, by: By): void,
 * }} AddedModules `ownerOf`: the module of the allow list whose rules it follows
 * @typedef {{ readonly module: string, readonly path: string }} By
 */
export function watchAddedModules(allowed) {
  /** @type {Map<string, string>} */
  const owners = new Map();
  const ownerOf = (/** @type {string} */ module) => owners.get(module) ?? module;
  const allows = (/** @type {string} */ module) => allowed.includes(module) || owners.has(module);
  return {
    allows,
    ownerOf,
    check(before, job, by) {
      for (const module of modulesOf(job)) {
        if (before.has(module) || allows(module)) continue;
        if (!isOfPackage(module, by.path))
          throw new KnownFailure(
            'action',
            `The action ${by.module} added ${module} to the job, which is not allowed: it is ` +
              'neither in RENDERDECK_ACTIONS nor in the package of that action.',
          );
        owners.set(module, ownerOf(by.module));
      }
    },
  };
}

/** The modules in the lists of a job. @param {{ actions?: unknown }} job @returns {Set<string>} */
export function modulesOf({ actions }) {
  const lists = Object.values(actions ?? {}).filter((list) => Array.isArray(list));
  return new Set(
    lists
      .flat()
      .flatMap((action) => action?.module ?? [])
      .map(String),
  );
}

/** @param {string} module @param {string} path of the module that added it */
function isOfPackage(module, path) {
  if (!isAbsolute(module) || !existsSync(module)) return false;
  const [real, own] = [realpathSync(module), realpathSync(path)];
  const root = findPackage(own);
  return real === own || (root !== null && findPackage(real) === root);
}

/**
 * The folder of the package that a file belongs to.
 *
 * @param {string} file
 * @returns {string | null}
 */
export function findPackage(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    // A folder of packages is in no package.
    const isTop = dirname(folder) === folder || folder.endsWith(`${sep}node_modules`);
    if (isTop) return null;
  }
}

// @ts-check
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { nameKind } from '../paths/open-regular.mjs';
import { KnownFailure } from './known-failure.mjs';

const load = createRequire(import.meta.url);
/** The file beside aerender that nexrender changes. */
export const SCRIPT = join('Scripts', 'Startup', 'commandLineRenderer.jsx');

/**
 * Returns the given aerender, or else the first one that nexrender's own search finds. Throws a
 * sentence for the operator if there is none or if it cannot work: nexrender itself would silently
 * use another one. Opens no file, and calls `at` with each path before it asks the system for it.
 *
 * @param {string | null} given
 * @param {(path: string) => void} [at]
 * @returns {string}
 */
export function findAerender(given, at = () => {}) {
  const autofind = load('@nexrender/core/src/helpers/autofind');
  autofind.defaultPaths.linux ??= []; // nexrender's search throws on a system that has no entry
  const found = given ?? autofind({});
  if (found === null)
    throw new KnownFailure(
      'missingProgram',
      'No After Effects was found on this host. ' +
        'Set RENDERDECK_AERENDER to the path of its aerender.',
    );
  const path = resolve(found);
  at(path);
  const program = ask(statSync, path);
  if (program === null || program.isDirectory()) {
    throw new KnownFailure(
      'missingProgram',
      `There is no aerender at ${path}. ` +
        "Set RENDERDECK_AERENDER to the path of After Effects' aerender.",
    );
  }
  const kind = nameKind(program);
  if (kind !== null)
    throw new KnownFailure('missingProgram', `${path} is ${kind}, not a regular file.`);
  if (process.platform === 'win32' && extname(path).toLowerCase() !== '.exe') {
    throw new KnownFailure(
      'missingProgram',
      `${path} is no .exe file, and Windows starts only .exe files without a shell. ` +
        "Set RENDERDECK_AERENDER to the path of After Effects' aerender.exe.",
    );
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new KnownFailure(
      'rights',
      `The worker may not start ${path}: it is not executable for its user.`,
    );
  }
  const script = join(dirname(path), SCRIPT);
  at(script);
  const foundScript = ask(lstatSync, script);
  if (foundScript === null)
    throw new KnownFailure(
      'missingProgram',
      `${script} is missing; nexrender needs it beside aerender. ` +
        `Is ${path} the aerender of an After Effects?`,
    );
  const scriptKind = nameKind(foundScript);
  if (scriptKind !== null)
    throw new KnownFailure(
      'missingProgram',
      `${script} is ${scriptKind}, not a regular file. Put After Effects' own script there.`,
    );
  return path;
}

/**
 * Null when the path does not exist or cannot be reached.
 *
 * @param {(path: string) => import('node:fs').Stats} look
 * @param {string} path
 */
function ask(look, path) {
  try {
    return look(path);
  } catch {
    return null;
  }
}

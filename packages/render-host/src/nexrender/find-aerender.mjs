// @ts-check
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { KnownFailure } from './known-failure.mjs';

const load = createRequire(import.meta.url);

/**
 * The aerender to use: the given one, else the first one that nexrender's own search finds. Throws
 * a sentence for the operator if there is none or if it cannot work. nexrender itself would
 * silently use another one.
 *
 * @param {string | null} given
 * @returns {string}
 */
export function findAerender(given) {
  const autofind = load('@nexrender/core/src/helpers/autofind');
  autofind.defaultPaths.linux ??= []; // the search throws on a system without an entry
  const found = given ?? autofind({});
  if (found === null)
    throw new KnownFailure(
      'missingProgram',
      'No After Effects was found on this host. ' +
        'Set RENDERDECK_AERENDER to the path of its aerender.',
    );
  const path = resolve(found);
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new KnownFailure(
      'missingProgram',
      `There is no aerender at ${path}. ` +
        "Set RENDERDECK_AERENDER to the path of After Effects' aerender.",
    );
  }
  if (process.platform === 'win32' && extname(path).toLowerCase() !== '.exe') {
    throw new KnownFailure(
      'missingProgram',
      `${path} is no .exe, and Windows starts nothing else without a shell. ` +
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
  const script = join(dirname(path), 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  if (!existsSync(script))
    throw new KnownFailure(
      'missingProgram',
      `${script} is missing; nexrender needs it beside aerender. ` +
        `Is ${path} the aerender of an After Effects?`,
    );
  return path;
}

// @ts-check
/** Loads the action modules that this host allows. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { needsModule, UPLOAD } from '../transfers/uploads.mjs';
import { createEncode, ENCODE } from './encode.mjs';
import { readPresets } from './encode-presets.mjs';
import { findModule } from './find-module.mjs';
import { KnownFailure } from './known-failure.mjs';

/**
 * It reads any file into a job and writes to any folder, so it does not run: the sources of the job
 * are downloaded. A job may name it on each host.
 */
export const CACHE = '@nexrender/action-cache';

/**
 * @param {string} name
 * @param {import('./load-actions.mjs').Host} host
 * @param {import('./added-modules.mjs').AddedModules} added
 * @returns {Loaded}
 */
export function loadAllowed(name, { job, actionsFolder, ffmpeg, presetsFile }, added) {
  /** @type {Loaded} */
  const own = { action: async (job) => job, path: fileURLToPath(import.meta.url) };
  if (name === CACHE) return own;
  if (!added.allows(name))
    throw new KnownFailure(
      'refused',
      `The action ${name} is not allowed on this host; RENDERDECK_ACTIONS lists those that are.`,
    );
  if (name === UPLOAD && !Object.values(job.actions).flat().some(needsModule)) return own;
  if (name !== ENCODE) return load(name, actionsFolder);
  if (ffmpeg !== null) {
    const presets = readPresets(presetsFile, job.actions);
    return { ...own, action: createEncode(ffmpeg, presets) };
  }
  throw new KnownFailure(
    'missingModule',
    'The job uses @nexrender/action-encode, but no ffmpeg was found on this host. ' +
      'Install ffmpeg, or set NEXRENDER_FFMPEG to it.',
  );
}

/**
 * @typedef {{ action: import('./load-actions.mjs').Action, path: string }} Loaded
 *
 * @param {string} name
 * @param {string} actionsFolder
 * @returns {Loaded}
 */
function load(name, actionsFolder) {
  const found = findModule(name, actionsFolder);
  if (found === null)
    throw new KnownFailure(
      'missingModule',
      `The action ${name} is allowed but not installed on this host. ` +
        `${actionsFolder} (RENDERDECK_ACTIONS_DIR) does not have it.`,
    );
  const { path } = found;
  const exported = createRequire(import.meta.url)(path);
  const action = typeof exported === 'function' ? exported : exported?.default;
  if (typeof action === 'function') return { action, path };
  throw new KnownFailure(
    'missingModule',
    `The action ${name} is no nexrender action: its module exports no function.`,
  );
}

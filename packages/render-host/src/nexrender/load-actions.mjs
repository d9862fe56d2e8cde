// @ts-check
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { KnownFailure } from './known-failure.mjs';
import { createPublishingCopy } from './publish-copy.mjs';
import { createPublishingEncode } from './publish-encode.mjs';
import { askToPublish, GateClosed } from './publish-gate.mjs';

/**
 * @callback Action
 * @param {unknown} job
 * @param {unknown} settings
 * @param {unknown} action
 * @param {string} type
 * @returns {Promise<unknown>}
 */

const COPY = '@nexrender/action-copy';
const ENCODE = '@nexrender/action-encode';

/**
 * How an action of `postrender` publishes: `file` renames its output into place, `module` may leave
 * the host in a way of its own. Null: its output stays in the job's folder.
 *
 * @param {{ module: string, output?: unknown }} action
 * @returns {'file' | 'module' | null}
 */
export function publishesAs({ module, output }) {
  if (module !== COPY && module !== ENCODE) return 'module';
  return typeof output === 'string' && isAbsolute(output) ? 'file' : null;
}

/**
 * Loads the action modules that a job names, if they are on the allow list. nexrender then loads no
 * module by a name from the job. What a copy or an encoding puts out is published whole or not at
 * all. Any other module of `postrender` runs after the second publish gate. The error of an action
 * names the action.
 *
 * @param {string[]} modules what the job names
 * @param {{ actions: readonly string[], actionsFolder: string, ffmpeg: string | null }} host
 *   what this host allows and has
 * @param {import('./publish-file.mjs').Publication} publication
 * @returns {Record<string, Action>}
 */
export function loadActions(modules, { actions: allowed, actionsFolder, ffmpeg }, publication) {
  /** @type {Record<string, Action>} */
  const functions = Object.create(null);
  for (const name of new Set(modules)) {
    if (!allowed.includes(name))
      throw new KnownFailure(
        'refused',
        `The action ${name} is not allowed on this host; RENDERDECK_ACTIONS lists those that are.`,
      );
    if (name === ENCODE && ffmpeg === null) {
      // Without ffmpeg the action would download a program and run it.
      throw new KnownFailure(
        'missingModule',
        'The job uses @nexrender/action-encode, but no ffmpeg was found on this host. ' +
          'Install ffmpeg, or set NEXRENDER_FFMPEG to it.',
      );
    }
    functions[name] = nameErrors(name, behindGate(name, load(name, actionsFolder), publication));
  }
  return functions;
}

/**
 * @param {string} name
 * @param {Action} action
 * @param {import('./publish-file.mjs').Publication} publication
 * @returns {Action}
 */
function behindGate(name, action, publication) {
  const publishing =
    name === COPY
      ? createPublishingCopy(publication)
      : name === ENCODE
        ? createPublishingEncode(action, publication)
        : action;
  return async (job, settings, options, type) => {
    const way = publishesAs({ .../** @type {{ output?: unknown }} */ (options), module: name });
    if (type === 'postrender' && way === 'module') await askToPublish();
    return await (way === null ? action : publishing)(job, settings, options, type);
  };
}

/** @param {string} name @param {Action} action @returns {Action} */
function nameErrors(name, action) {
  return async (job, settings, options, type) => {
    try {
      return await action(job, settings, options, type);
    } catch (cause) {
      if (cause instanceof GateClosed) throw cause;
      throw new Error(
        `The action ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  };
}

/** @param {string} name @param {string} actionsFolder @returns {Action} */
function load(name, actionsFolder) {
  // First our own modules, then those that the operator installed in the actions folder.
  for (const place of [import.meta.url, pathToFileURL(join(actionsFolder, 'x')).href]) {
    const require = createRequire(place);
    let path;
    try {
      path = require.resolve(name);
    } catch {
      continue;
    }
    const found = require(path);
    const action = typeof found === 'function' ? found : found?.default;
    if (typeof action === 'function') return action;
    throw new KnownFailure(
      'missingModule',
      `The action ${name} is no nexrender action: its module exports no function.`,
    );
  }
  throw new KnownFailure(
    'missingModule',
    `The action ${name} is allowed but not installed on this host.`,
  );
}

// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @callback Action
 * @param {unknown} job
 * @param {unknown} settings
 * @param {unknown} action
 * @param {string} type
 * @returns {Promise<unknown>}
 */

/**
 * Loads the action modules that a job names, if they are on the allow list. nexrender then loads no
 * module by a name from the job. The error of an action names the action.
 *
 * @param {string[]} modules what the job names
 * @param {{ actions: readonly string[], actionsFolder: string, ffmpeg: string | null }} host
 *   what this host allows and has
 * @returns {Record<string, Action>}
 */
export function loadActions(modules, { actions: allowed, actionsFolder, ffmpeg }) {
  /** @type {Record<string, Action>} */
  const functions = Object.create(null);
  for (const name of new Set(modules)) {
    if (!allowed.includes(name))
      throw new Error(
        `The action ${name} is not allowed on this host; RENDERDECK_ACTIONS lists those that are.`,
      );
    if (name === '@nexrender/action-encode' && ffmpeg === null) {
      // Without ffmpeg the action would download a program and run it.
      throw new Error(
        'The job uses @nexrender/action-encode, but no ffmpeg was found on this host. ' +
          'Install ffmpeg, or set NEXRENDER_FFMPEG to it.',
      );
    }
    const action = load(name, actionsFolder);
    functions[name] = async (job, settings, options, type) => {
      try {
        return await action(job, settings, options, type);
      } catch (cause) {
        throw new Error(
          `The action ${name} failed: ${cause instanceof Error ? cause.message : String(cause)}`,
          { cause },
        );
      }
    };
  }
  return functions;
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
    throw new Error(`The action ${name} is no nexrender action: its module exports no function.`);
  }
  throw new Error(`The action ${name} is allowed but not installed on this host.`);
}

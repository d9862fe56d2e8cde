// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {(job: unknown, settings: unknown, action: unknown, type: string) => Promise<unknown>} Action
 */

/**
 * The functions of the action modules a job names, each of them on the allow list: nexrender then looks nothing up by a job's words.
 * A failing action says which one it was.
 *
 * @param {string[]} modules what the job names
 * @param {{ actions: readonly string[], actionsFolder: string, ffmpeg: string | null }} host what this host allows and has
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
      // Without one the action would fetch a program from the net and run it.
      throw new Error(
        'The job uses @nexrender/action-encode, but no ffmpeg was found on this host. Install ffmpeg, or set NEXRENDER_FFMPEG to it.',
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
  // Ours first; then what the operator installed beside the place the worker was started from.
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

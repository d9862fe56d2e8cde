// @ts-check
import { readFileSync } from 'node:fs';
import { ENCODE, PRESETS } from './encode.mjs';
import { KnownFailure } from './known-failure.mjs';

/** @typedef {import('./encode.mjs').Params} Params */

/**
 * The presets for encodings on this host: those of nexrender, and those of the operator's file,
 * which may replace them. The operator may set any option of ffmpeg.
 *
 * A job may name a preset that this host does not have. Without a file, the job runs without that
 * preset, as in nexrender. With a file, another host may have the preset: throws `missingModule`,
 * and the host gives the job back.
 *
 * @param {string | null} file
 * @param {import('./render-order.ts').RenderOrder['job']['actions']} actions of the job
 * @returns {Readonly<Record<string, Params>>}
 */
export function readPresets(file, actions) {
  if (file === null) return PRESETS;
  const presets = { ...PRESETS, ...readFile(file) };
  for (const action of Object.values(actions).flat()) {
    const { module, preset } = /** @type {{ module: string, preset?: unknown }} */ (action);
    if (module !== ENCODE || !preset || Object.hasOwn(presets, String(preset))) continue;
    throw new KnownFailure(
      'missingModule',
      `The job names the preset ${preset}, which this host does not have. ` +
        `${file} (RENDERDECK_PRESETS_FILE) and nexrender have ${Object.keys(presets).join(', ')}.`,
    );
  }
  return presets;
}

/** @param {string} file @returns {Record<string, Params>} */
function readFile(file) {
  try {
    const presets = JSON.parse(readFileSync(file, 'utf8'));
    if (isPresets(presets)) return presets;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KnownFailure('missingModule', `RENDERDECK_PRESETS_FILE cannot be read: ${why}`);
  }
  throw new KnownFailure(
    'missingModule',
    `${file} (RENDERDECK_PRESETS_FILE) must be like {"prores": {"-c:v": "prores_ks"}}.`,
  );
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param {unknown} value @returns {value is Record<string, Params>} */
function isPresets(value) {
  return isRecord(value) && Object.values(value).every(isParams);
}

function isParams(/** @type {unknown} */ value) {
  const isValue = (/** @type {unknown} */ one) =>
    one === null || ['string', 'number', 'boolean'].includes(typeof one);
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, one]) => /^-./.test(name) && [one].flat().every(isValue))
  );
}

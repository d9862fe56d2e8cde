// @ts-check
/**
 * Keeps the texts of a job harmless in the script that nexrender writes for After Effects.
 * nexrender puts them between quotes in several ways, and not all of them escape what ends a text.
 *
 * 1. When nexrender is about to write the script, each text gives way to a placeholder of letters
 *    and digits. All of this is in copies of the template and the assets.
 * 2. When it has written the script, each placeholder becomes its text: letters, digits and a few
 *    signs as they are, all else as an escape of ES3. No text can end its quotes or become code.
 * 3. The job gets its own template and assets back: aerender's arguments hold the texts as they
 *    are.
 *
 * What is code by design stays as it is: the file of a `script` asset, its `defaults`, and a
 * parameter that is a function.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * What nexrender's own job holds.
 *
 * @typedef {object} NexrenderJob
 * @property {Record<string, unknown>} template
 * @property {Record<string, unknown>[]} assets
 * @property {string} [scriptfile]
 */

const FOOTAGE = ['image', 'audio', 'video'];
/** nexrender compares such keys with those that a script asks for. None of them ends a quote. */
const PLAIN_KEY = /^[\w.-]+$/;

/**
 * Replaces the texts of the job by placeholders, just before nexrender writes the script. The
 * returned function, called just after, puts them into the script and gives the job its own back.
 *
 * @param {NexrenderJob} job
 */
export function hideTexts(job) {
  const { template, assets } = job;
  const mark = `text${randomUUID().replaceAll('-', '')}n`;
  /** @type {string[]} */
  const texts = [];
  const hide = (/** @type {string} */ text) => `${mark}${texts.push(text) - 1}x`;
  job.template = {
    ...template,
    composition: hide(String(template.composition)),
    continueOnMissing: template.continueOnMissing === true,
  };
  job.assets = assets.map((asset) => hideAsset(asset, hide));
  return () => {
    Object.assign(job, { template, assets });
    const path = job.scriptfile ?? '';
    const script = readFileSync(path, 'utf8').replace(
      new RegExp(`${mark}(\\d+)x`, 'g'),
      (_, index) => escapeText(texts[Number(index)] ?? ''),
    );
    writeFileSync(path, script);
  };
}

/** @typedef {(text: string) => string} Hide */

/** @param {Record<string, unknown>} asset @param {Hide} hide */
function hideAsset(asset, hide) {
  const { type, composition, layerName, layerIndex, dest, property } = asset;
  const hidden = { ...asset };
  if (composition) hidden.composition = hide(String(composition));
  if (layerName) hidden.layerName = hide(String(layerName));
  else if (layerIndex) hidden.layerIndex = readIndex(layerIndex);
  if (FOOTAGE.includes(String(type))) hidden.dest = hide(writePath(String(dest)));
  if (type === 'data') {
    // nexrender splits the path of a property at these three characters.
    hidden.property = String(property).replace(/[^.>-]+/g, hide);
    hidden.value = hideDeep(asset.value, hide);
    hidden.expression = hideDeep(asset.expression, hide);
  }
  if (type === 'script' && Array.isArray(asset.parameters))
    hidden.parameters = asset.parameters.map((parameter) => hideParameter(parameter, hide));
  return hidden;
}

/** @param {Record<string, unknown>} parameter @param {Hide} hide */
function hideParameter(parameter, hide) {
  const { key, value } = parameter;
  return {
    ...parameter,
    key: PLAIN_KEY.test(String(key)) ? key : hide(String(key)),
    value: mayBeFunction(value) || !value ? value : hideDeep(value, hide),
  };
}

/** nexrender writes a text that holds a function as code. It looks more closely than this. */
function mayBeFunction(/** @type {unknown} */ value) {
  return typeof value === 'string' && /function|=>/.test(value) && value.includes('{');
}

/** Every text in a value of JSON, the keys of objects too. @param {Hide} hide @returns {unknown} */
function hideDeep(/** @type {unknown} */ value, hide) {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((one) => hideDeep(one, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [hide(key), hideDeep(one, hide)]),
  );
}

/** ES3 reads a number with a zero before it as octal. */
function readIndex(/** @type {unknown} */ layerIndex) {
  const index = Number(layerIndex);
  if (!Number.isSafeInteger(index)) throw new Error(`layerIndex is no whole number: ${layerIndex}`);
  return index;
}

/** A `File` of ExtendScript reads %20 in a path as a blank. */
function writePath(/** @type {string} */ path) {
  return path.replace(/%(?=[0-9A-Fa-f]{2})/g, '%25');
}

/** The text between two quotes of either kind, in ASCII. @param {string} text */
function escapeText(text) {
  return text.replace(
    /[^A-Za-z0-9 .,_-]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

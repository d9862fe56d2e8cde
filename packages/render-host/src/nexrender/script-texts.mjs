// @ts-check
/**
 * Keeps the texts of a job harmless in the script that nexrender writes for After Effects.
 * nexrender puts texts between quotes in several ways. Some of these ways do not escape the
 * characters that end a quoted text.
 *
 * 1. When nexrender is about to write the script, a placeholder of letters and digits replaces each
 *    text. This happens in copies of the template and the assets.
 * 2. After nexrender has written the script, the text replaces each placeholder. Letters, digits
 *    and a few signs stay; every other character becomes an escape of ES3. So no text can end its
 *    quotes or become code.
 * 3. The job gets its own template and assets back, because the arguments of aerender need the real
 *    texts.
 *
 * What is meant to be code does not change: the file of a `script` asset, its `defaults`, and a
 * parameter that is a function.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The part of nexrender's own job that is used here.
 *
 * @typedef {object} NexrenderJob
 * @property {Record<string, unknown>} template
 * @property {Record<string, unknown>[]} assets
 * @property {string} [scriptfile]
 */

const FOOTAGE = ['image', 'audio', 'video'];
/** nexrender compares such a key with the keys that a script asks for. No such key ends a quote. */
const PLAIN_KEY = /^[\w.-]+$/;

/**
 * Replaces the texts of the job by placeholders just before nexrender writes the script. Call the
 * returned function just after: it puts the texts into the script and restores the job.
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

/** nexrender writes a text that holds a function as code. This check is wider than nexrender's. */
function mayBeFunction(/** @type {unknown} */ value) {
  return typeof value === 'string' && /function|=>/.test(value) && value.includes('{');
}

/** Replaces every text in a JSON value, keys included. @param {Hide} hide @returns {unknown} */
function hideDeep(/** @type {unknown} */ value, hide) {
  if (typeof value === 'string') return hide(value);
  if (Array.isArray(value)) return value.map((one) => hideDeep(one, hide));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [hide(key), hideDeep(one, hide)]),
  );
}

/** A whole number. ES3 would read a number that begins with 0 as octal. */
function readIndex(/** @type {unknown} */ layerIndex) {
  const index = Number(layerIndex);
  if (!Number.isSafeInteger(index)) throw new Error(`layerIndex is no whole number: ${layerIndex}`);
  return index;
}

/** `File` of ExtendScript reads %20 in a path as a blank, so % before two hex digits is escaped. */
function writePath(/** @type {string} */ path) {
  return path.replace(/%(?=[0-9A-Fa-f]{2})/g, '%25');
}

/** Escapes a text for quotes of either kind, in ASCII. @param {string} text */
function escapeText(text) {
  return text.replace(
    /[^A-Za-z0-9 .,_-]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

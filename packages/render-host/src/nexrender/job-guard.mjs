// @ts-check
/**
 * Makes nexrender write only in the job's own folder, whatever an action does to the job:
 *
 * 1. Before the first action: from then on, the fields that decide where nexrender writes accept no
 *    path outside of the job's folder. An action that sets such a path gets an error.
 * 2. Before the downloads: no name of a source may lead to another folder.
 * 3. Just before the render, and before one of our own actions writes into the job's folder: no
 *    link may lead the output out of that folder.
 *
 * While nexrender writes the script, script-texts.mjs has replaced the job's own texts.
 *
 * An action may set other fields, such as `template.dest`: they decide only what is read.
 */
import { existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { KnownFailure } from './known-failure.mjs';
import { hideTexts } from './script-texts.mjs';

/**
 * A job as nexrender passes it to its steps.
 *
 * @typedef {{
 *   uid: string, workpath: string, output: string, scriptfile?: string,
 *   template: Source, assets: Source[],
 *   actions: Record<string, { module: string }[]>,
 *   onChange?: (job: Job, state: string) => void,
 * }} Job
 * @typedef {{ name?: unknown, extension?: unknown } & Record<string, unknown>} Source
 */

const OWN_FOLDER =
  'but it lies in the job’s own folder: publish with @nexrender/action-copy in postrender.';

/**
 * Calls `onState` just before each step of nexrender, even if an action sets `onChange`. The
 * action's function is called before the checks, so it cannot change a field that was checked.
 *
 * @param {Job} job
 * @param {Record<string, unknown>} forActions the fields that actions see in place of its own
 * @param {(state: string) => void} onState
 */
export function guardJob(job, forActions, onState) {
  let folder = '';
  /** @type {unknown} */
  let added = null;
  /** @type {(() => void) | null} */
  let showTexts = null;
  const first = () => {
    folder = realpathSync(job.workpath);
    // nexrender has made the folder of the job, and makes no other one.
    Object.assign(job, forActions);
    restrictField(job, 'uid', () => false, 'which is the job’s own.');
    restrictField(job, 'workpath', () => false, 'which is the attempt’s own.');
    restrictField(job, 'output', (value) => isBelow(value, job.workpath), OWN_FOLDER);
  };
  const onChange = (/** @type {Job} */ _job, /** @type {string} */ state) => {
    if (state === 'render:dorender') showTexts?.();
    if (state === 'render:predownload') first();
    if (typeof added === 'function') added(job, state);
    if (state === 'render:download') checkNames(job);
    if (state === 'render:dorender') checkLinks(job.output, folder);
    onState(state);
    if (state === 'render:script') showTexts = hideTexts(job);
  };
  Object.defineProperty(job, 'onChange', {
    enumerable: true,
    get: () => onChange,
    set: (value) => {
      added = value;
    },
  });
}

/**
 * Returns the settings as actions get them: an action may read them and change nothing.
 *
 * @template {object} Settings
 * @param {Settings} settings
 * @param {string} named
 * @returns {Settings}
 */
export function readOnly(settings, named) {
  const refuse = (/** @type {unknown} */ _, /** @type {string | symbol} */ field) => {
    throw new KnownFailure('action', `An action may not change ${named}.${String(field)}.`);
  };
  /** @type {ProxyHandler<Settings>} */
  const handler = { set: refuse, defineProperty: refuse, deleteProperty: refuse };
  return new Proxy(settings, handler);
}

/**
 * The names of the sources must be plain file names, because nexrender adds them to the job's
 * folder.
 *
 * @param {Pick<Job, 'template' | 'assets'>} job
 */
export function checkNames({ template, assets }) {
  const sources = {
    template,
    ...Object.fromEntries(assets.map((one, n) => [`assets[${n}]`, one])),
  };
  for (const [source, fields] of Object.entries(sources)) {
    for (const field of ['name', 'extension']) {
      const value = fields[field];
      if (value === undefined || value === null) continue;
      if (typeof value === 'string' && !/[/\\\0]/.test(value) && value !== '..') continue;
      const was = `${source}.${field} was set to ${String(value)}`;
      throw new KnownFailure('action', `${was}, which is no plain name.`);
    }
  }
}

/**
 * @param {Job} job
 * @param {'uid' | 'workpath' | 'output'} field
 * @param {(value: unknown) => boolean} accepts
 * @param {string} why
 */
function restrictField(job, field, accepts, why) {
  let current = job[field];
  Object.defineProperty(job, field, {
    enumerable: true,
    configurable: false,
    get: () => current,
    set(value) {
      if (value !== current && !accepts(value))
        throw new KnownFailure('action', `job.${field} was set to ${String(value)}, ${why}`);
      current = value;
    },
  });
}

/**
 * nexrender replaces `$NAME` in a path, so `$` is refused. `..` after a link is refused, because
 * the system takes that step from the target of the link, and `relative` takes it in the text.
 *
 * @param {unknown} path
 * @param {string} folder
 */
function isBelow(path, folder) {
  if (typeof path !== 'string' || !isAbsolute(path)) return false;
  if (path.split(/[/\\]/).includes('..')) return false;
  const way = relative(folder, path);
  return way !== '' && !way.includes('$') && !isAbsolute(way) && way.split(sep)[0] !== '..';
}

/**
 * Refuses an output of a copy or an encoding if a link leads it out of the job's folder.
 *
 * @param {string} output relative to the job's folder
 * @param {string} input when the output is a folder, it gets the name of this file
 * @param {{ workpath: string }} job
 */
export function checkOwnOutput(output, input, { workpath }) {
  const path = join(workpath, output);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  checkLinks(isFolder ? join(path, basename(input)) : path, realpathSync(workpath));
}

/** @param {string} output @param {string} folder a path without links */
function checkLinks(output, folder) {
  const place = dirname(output);
  if (existsSync(place)) {
    const real = realpathSync(place);
    // Numbers of pictures follow this start of the name. After Effects may change the extension.
    const start = basename(output).replace(/(?:_?[[%].*|\.[^.]*)$/s, '');
    const link = readdirSync(real).find(
      (name) => name.startsWith(start) && lstatSync(join(real, name)).isSymbolicLink(),
    );
    if (link === undefined && isBelow(join(real, 'x'), folder)) return;
  } else if (!isLink(place)) return checkLinks(place, folder);
  throw new KnownFailure('action', `A link leads ${output} out of the job’s own folder.`);
}

/** @param {string} path */
function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

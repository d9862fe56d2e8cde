// @ts-check
import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { modulesOf } from './added-modules.mjs';
import { createEncode, ENCODE } from './encode.mjs';
import { readPresets } from './encode-presets.mjs';
import { findModule } from './find-module.mjs';
import { checkNames, checkOwnOutput, readOnly } from './job-guard.mjs';
import { KnownFailure } from './known-failure.mjs';
import { createPublishingCopy } from './publish-copy.mjs';
import { publishFromFolder } from './publish-from-folder.mjs';
import { askToPublish, GateClosed } from './publish-gate.mjs';

/**
 * @callback Action
 * @param {unknown} job
 * @param {unknown} settings
 * @param {unknown} action
 * @param {string} type
 * @returns {Promise<unknown>}
 */

/**
 * It reads any file into a job and writes to any folder, so it does not run: the sources of the job
 * are downloaded. A job may name it on each host.
 */
const CACHE = '@nexrender/action-cache';
export const COPY = '@nexrender/action-copy';

/**
 * The part of the order that says which actions this host allows and has.
 *
 * @typedef {Pick<import('./render-order.ts').RenderOrder,
 *   'job' | 'actions' | 'localActions' | 'publishingActions' | 'actionsFolder' | 'ffmpeg'
 *   | 'presetsFile'>} Host
 */

/**
 * How the output of an action may leave the host. `module`: the module may send it anywhere, so the
 * second publish gate is asked before the module runs. `file`: the action renames its output into
 * place after that gate. Null: the output stays in the job's folder.
 *
 * @typedef {(action: { module: string, output?: unknown }) => 'file' | 'module' | null} WayOut
 */

/**
 * A module that publishes leaves by `file`, but only if the checked job has it after the render.
 * When another action adds or changes one, it may do anything and counts as `module`.
 *
 * @param {Host} host
 * @param {AddedModules} added
 * @returns {WayOut}
 */
export function createWayOut(host, added) {
  const { postrender = [] } = host.job.actions;
  const checked = new Set(postrender.map((action) => JSON.stringify(action)));
  return (action) => {
    const { module } = action;
    if (module === CACHE) return null;
    if (!publishes(module, host, added))
      return host.localActions.includes(added.ownerOf(module)) ? null : 'module';
    if (!checked.has(JSON.stringify(action))) return 'module';
    return isOutsideOfJob(action) ? 'file' : null;
  };
}

/**
 * Whether a module writes the file that `output` names, and nothing else: our own copy and encode,
 * and the modules of which the operator says that.
 *
 * @param {string} module
 * @param {Host} host
 * @param {AddedModules} added
 */
function publishes(module, { publishingActions }, added) {
  const isOwn = module === COPY || module === ENCODE;
  return isOwn || publishingActions.includes(added.ownerOf(module));
}

/**
 * How the output of an action is published.
 *
 * @typedef {(action: unknown) => import('./publish-file.mjs').Publication} Plan
 */

/** Whether an output is outside of the job's folder. @param {{ output?: unknown }} action */
function isOutsideOfJob({ output }) {
  return typeof output === 'string' && isAbsolute(output);
}

/**
 * Returns the actions under the names of their modules. nexrender looks up every module here, in
 * each list, even if an action adds it to the job; nexrender itself loads none. Only modules of the
 * allow list run, and those that added-modules.mjs allows. A module that may leave the host runs
 * only after the second publish gate. An error names its action.
 *
 * @param {Host} host
 * @param {Rules} rules
 * @param {Record<string, Action>} own actions of Renderdeck itself
 * @returns {Record<string, Action>}
 *
 * @typedef {import('./added-modules.mjs').AddedModules} AddedModules
 * @typedef {{ wayOut: WayOut, plan: Plan, added: AddedModules }} Rules
 */
export function loadActions(host, rules, own) {
  /** @type {Map<string, Action>} */
  const loaded = new Map(Object.entries(own));
  const find = (/** @type {string} */ name) => {
    const action =
      loaded.get(name) ??
      nameErrors(name, behindGate(name, loadAllowed(name, host, rules), host, rules));
    loaded.set(name, action);
    return action;
  };
  // A job that names a missing module must fail before it renders.
  for (const { module } of Object.values(host.job.actions).flat()) find(module);
  const nothing = async () => ({}); // JSON.stringify must show no action
  const actions = new Proxy(/** @type {Record<string, Action>} */ ({}), {
    get: (_, name) => (name === 'toJSON' ? nothing : find(String(name))),
  });
  return readOnly(actions, 'settings.actions');
}

/**
 * @param {string} name
 * @param {Host} host
 * @param {Rules} rules
 * @returns {Loaded}
 */
function loadAllowed(name, { job, actionsFolder, ffmpeg, presetsFile }, { added }) {
  if (name === CACHE) return { action: async (job) => job, path: fileURLToPath(import.meta.url) };
  if (!added.allows(name))
    throw new KnownFailure(
      'refused',
      `The action ${name} is not allowed on this host; RENDERDECK_ACTIONS lists those that are.`,
    );
  if (name !== ENCODE) return load(name, actionsFolder);
  if (ffmpeg !== null) {
    const presets = readPresets(presetsFile, job.actions);
    return { action: createEncode(ffmpeg, presets), path: fileURLToPath(import.meta.url) };
  }
  throw new KnownFailure(
    'missingModule',
    'The job uses @nexrender/action-encode, but no ffmpeg was found on this host. ' +
      'Install ffmpeg, or set NEXRENDER_FFMPEG to it.',
  );
}

/**
 * @param {string} name
 * @param {Loaded} loaded
 * @param {Host} host
 * @param {Rules} rules
 * @returns {Action}
 */
function behindGate(name, { action, path }, host, { wayOut, plan, added }) {
  return async (given, settings, options, type) => {
    const publication = plan(options);
    const isPublishing = publishes(name, host, added);
    const publishing =
      name === COPY
        ? createPublishingCopy(publication)
        : isPublishing
          ? publishFromFolder(action, publication)
          : action;
    const job = /** @type {import('./job-guard.mjs').Job} */ (given);
    const { input, output } = /** @type {{ input?: string, output?: unknown }} */ (options);
    if (wayOut({ .../** @type {object} */ (options), module: name }) === 'module')
      await askToPublish({
        ...{ what: name, isModule: true, isLast: publication.isLast },
        ...{ warning: null, move: null },
      });
    if (isPublishing && !isOutsideOfJob({ output }))
      checkOwnOutput(String(output), input || job.output, job);
    const before = modulesOf(job);
    const result = await (isOutsideOfJob({ output }) ? publishing : action)(
      job,
      settings,
      options,
      type,
    );
    added.check(before, job, { module: name, path });
    checkNames(job);
    return result;
  };
}

/** @param {string} name @param {Action} action @returns {Action} */
function nameErrors(name, action) {
  return async (job, settings, options, type) => {
    try {
      return await action(job, settings, options, type);
    } catch (cause) {
      if (cause instanceof GateClosed) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The action ${name} failed: ${why}`, { cause });
    }
  };
}

/**
 * @typedef {{ action: Action, path: string }} Loaded
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

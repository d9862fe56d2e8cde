// @ts-check
import { isAbsolute } from 'node:path';
import { createUpload } from '../transfers/upload.mjs';
import { isUpload } from '../transfers/uploads.mjs';
import { modulesOf } from './added-modules.mjs';
import { ENCODE } from './encode.mjs';
import { checkNames, checkOwnOutput, readOnly } from './job-guard.mjs';
import { CACHE, loadAllowed } from './load-allowed.mjs';
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

export const COPY = '@nexrender/action-copy';

/**
 * The part of the order that says which actions this host allows and has.
 *
 * @typedef {Pick<import('./render-order.ts').RenderOrder,
 *   'job' | 'actions' | 'localActions' | 'publishingActions' | 'actionsFolder' | 'ffmpeg'
 *   | 'presetsFile' | 'credentials'>} Host
 */

/**
 * How the output of an action may leave the host. `module`: the module may send it anywhere, so the
 * second publish gate is asked before the module runs. `file`, `upload`: the action gives its
 * output the final name after that gate. Null: the output stays in the job's folder.
 *
 * @typedef {(action: { module: string, output?: unknown, provider?: unknown }) =>
 *   'file' | 'upload' | 'module' | null} WayOut
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
    if (isUpload(action)) return checked.has(JSON.stringify(action)) ? 'upload' : 'module';
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
 * @typedef {{ wayOut: WayOut, plan: Plan, added: AddedModules, log: (line: string) => void }} Rules
 */
export function loadActions(host, rules, own) {
  /** @type {Map<string, Action>} */
  const loaded = new Map(Object.entries(own));
  const find = (/** @type {string} */ name) => {
    const action =
      loaded.get(name) ??
      nameErrors(name, behindGate(name, loadAllowed(name, host, rules.added), host, rules));
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
 * @param {import('./load-allowed.mjs').Loaded} loaded
 * @param {Host} host
 * @param {Rules} rules
 * @returns {Action}
 *
 * @typedef {{ input?: string, output?: unknown, provider?: unknown }} Options
 */
function behindGate(name, { action, path }, host, { wayOut, plan, added, log }) {
  /** @type {(options: Options, publication: import('./publish-file.mjs').Publication) => Action} */
  const choose = (options, publication) => {
    if (isUpload({ ...options, module: name })) return createUpload({ ...host, log }, publication);
    if (!publishes(name, host, added) || !isOutsideOfJob(options)) return action;
    if (name === COPY) return createPublishingCopy(publication);
    return publishFromFolder(action, publication);
  };
  return async (given, settings, anyOptions, type) => {
    const options = /** @type {Options} */ (anyOptions);
    const publication = plan(options);
    const job = /** @type {import('./job-guard.mjs').Job} */ (given);
    const { input, output } = options;
    if (wayOut({ ...options, module: name }) === 'module')
      await askToPublish({
        ...{ what: name, isModule: true, isLast: publication.isLast },
        ...{ warning: null, move: null },
      });
    if (publishes(name, host, added) && !isOutsideOfJob({ output }))
      checkOwnOutput(String(output), input || job.output, job);
    const before = modulesOf(job);
    const result = await choose(options, publication)(job, settings, options, type);
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

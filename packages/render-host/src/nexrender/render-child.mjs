// @ts-check
/**
 * The first program of a render's process tree. It runs @nexrender/core on one job. The launcher
 * imports it. It is plain JavaScript, because a compiler would start processes inside the tree.
 *
 * 1. daemon → `{type: 'render', …}` (render-order.ts): all that this render gets to know.
 * 2. child → `{type: 'phase', phase}` and `{type: 'lines', stream, lines}` during the render. The
 *    lines are as aerender printed them, with a limited length and rate.
 *    child → `{type: 'moved', kind, amount, text}` when it has copied, sent, received or encoded
 *    more (report-movement.mjs). The daemon ends a render that moves nothing for long.
 *    child → `{type: 'transfer', transfer}`: how far its downloads, uploads and copies are; null
 *    when they have ended (report-transfers.mjs).
 *    The daemon hides the job's secrets in all of these, and in the reason of a failure.
 * 3. Questions of the child. Each has an `id`; daemon → `{type: 'answer', id, answer}`. The child
 *    waits for an answer as long as the daemon lives. After a `no` it publishes nothing and ends.
 *    - `{type: 'gate'}` after the render and before the first postrender action, if an action
 *      publishes: the first publish gate.
 *    - `{type: 'part', path}` before this file or folder exists: is the path on record?
 *    - `{type: 'publish', …}` (PublishQuestion of render-message.ts) before an output gets its
 *      final name, and before a module that may leave the host runs, in any list: the second
 *      publish gate. `again`: ask later. `isOut`: an earlier attempt has put this output out.
 *    - `{type: 'cache', op, …}` (cache-question.ts) for a source that the host may have.
 *    child → `{type: 'published', …}` when an output is on the disk under its final name, and
 *    `{type: 'measured', …}` when ffprobe has looked at it.
 *    daemon → `{type: 'takePicture'}`: pictures of what is rendered (answer-pictures.mjs).
 * 4. child → `{type: 'ended', end}`. Then it exits: 0 completed, 1 failed, 3 gate closed.
 *    If the daemon dies, the launcher kills the group.
 *
 * @typedef {import('./render-order.ts').RenderOrder} RenderOrder
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allMeasured, endMeasuring, setProbe } from '../outputs/measure-outputs.mjs';
import { answerPictures } from '../pictures/answer-pictures.mjs';
import { createDownloads, DOWNLOAD } from '../transfers/download-sources.mjs';
import { watchAddedModules } from './added-modules.mjs';
import { batchLines, createLogger, send } from './child-channel.mjs';
import { readSign } from './classify-failure.mjs';
import { explainFailure } from './explain-failure.mjs';
import { findAerender } from './find-aerender.mjs';
import { guardConnections } from './guard-connections.mjs';
import { guardJob, readOnly } from './job-guard.mjs';
import { countMemoryKills, preferForMemoryKill } from './killed-program.mjs';
import { createWayOut, loadActions } from './load-actions.mjs';
import { loadNexrender } from './load-nexrender.mjs';
import { setOutputGroup } from './output-group.mjs';
import { planPublications } from './plan-publications.mjs';
import { createGate, GATE, GateClosed } from './publish-gate.mjs';
import { readEncoding, startReports } from './report-movement.mjs';
import { nameSequence } from './sequence.mjs';
import { readError, watchAerender } from './watch-aerender.mjs';

/** @type {Record<string, string>} our phase for each of nexrender's states */
const PHASES = {
  'render:setup': 'preparing',
  'render:predownload': 'downloading',
  'render:download': 'downloading',
  'render:postdownload': 'downloading',
  'render:prerender': 'preparing',
  'render:script': 'preparing',
  'render:dorender': 'launching',
};

process.once('message', (order) => void run(/** @type {RenderOrder} */ (order)));

/** @param {RenderOrder} order */
async function run(order) {
  setOutputGroup(order.outputGroup);
  setProbe(order.ffprobe);
  preferForMemoryKill();
  const lines = batchLines();
  guardConnections(order.addresses, (line) => lines.add('nexrender', line));
  const progress = createProgress(order, lines);
  startReports();
  const fail = (/** @type {unknown} */ cause) => {
    const sources = listSources(order.job);
    const { workPath } = order;
    const explained = explainFailure({ cause, sources, workPath, ...progress.seen });
    end({ kind: 'failed', ...explained }, 1);
  };
  process.on('uncaughtException', fail);

  try {
    progress.seen.aerender = findAerender(order.aerender);
    await render(order, progress, lines);
    end({ kind: 'completed' }, 0);
  } catch (cause) {
    if (cause instanceof GateClosed) end({ kind: 'gateClosed' }, 3);
    else fail(cause);
  }

  /** @param {object} how @param {number} exitCode */
  function end(how, exitCode) {
    lines.flush();
    process.exitCode = exitCode;
    // The open channel would keep this process alive. Sockets and timers of a failed download end
    // by their own limits.
    process.send?.({ type: 'ended', end: how }, () => process.channel?.unref());
  }
}

/**
 * What this process knows of the render so far. It explains a failure with this.
 *
 * @param {RenderOrder} order @param {{ flush(): void }} lines
 */
function createProgress(order, lines) {
  const seen = {
    phase: 'preparing',
    aerender: order.aerender ?? 'aerender',
    /** @type {string | null} */
    aerenderError: null,
    /** @type {ReturnType<typeof readSign>} */
    sign: null,
    /** @type {import('./render-order.ts').ProgramExit | null} */
    aerenderExit: null,
    memoryKills: countMemoryKills(),
  };
  return {
    seen,
    /** @param {string} phase */
    enter(phase) {
      if (phase === seen.phase) return;
      seen.phase = phase;
      lines.flush(); // earlier lines must reach the daemon before the phase
      send({ type: 'phase', phase });
    },
  };
}

/**
 * Runs nexrender on the job, with the publish gate before its postrender actions.
 * @param {RenderOrder} order
 * @param {ReturnType<typeof createProgress>} progress
 * @param {ReturnType<typeof batchLines>} lines
 */
async function render(order, { seen, enter }, lines) {
  const added = watchAddedModules(order.actions);
  const wayOut = createWayOut(order, added);
  const { plan, start } = planPublications(order.job, wayOut);
  const gate = createGate({
    publishes: ({ actions }) => start(actions.postrender ?? []),
    enter,
  });
  const log = (/** @type {string} */ line) => lines.add('nexrender', line);
  const { credentials, hasCache, downloadLimitMs: limitMs } = order;
  const pictures = answerPictures(order);
  const downloads = createDownloads({ limitMs, credentials, hasCache, log });
  const own = { [GATE]: gate, [DOWNLOAD]: downloads.action };
  const actions = loadActions(order, { wayOut, plan, added, log }, own);
  /** nexrender copies this job and calls `onChange` of its copy before its first step. */
  const job = {
    ...order.job,
    template: nameSequence(order.job.template, join(order.workPath, order.job.uid)),
    onChange: (/** @type {import('./job-guard.mjs').Job} */ own) =>
      guardJob(own, order.forActions, (state) => {
        // All earlier actions have ended by now, so none of them can remove these.
        if (state === 'render:download') downloads.begin(own);
        if (state === 'render:postdownload') putFirst(own, 'postdownload', { module: DOWNLOAD });
        if (state === 'render:postrender') putFirst(own, 'postrender', { module: GATE });
        pictures.enter(state, own);
        enter(PHASES[state] ?? seen.phase);
      }),
  };
  const nexrender = loadNexrender();
  const settings = nexrender.init({
    workpath: order.workPath,
    binary: seen.aerender,
    actions,
    ...settingsOf(order.aerenderOptions),
    language: 'en', // otherwise nexrender sets the language during the render
    logger: createLogger((line) => {
      readEncoding(line);
      log(line);
    }),
    onInstanceSpawn: watchInstances(seen, lines),
    noAnalytics: true, // otherwise nexrender starts two processes and sends data to its maker
    stopOnError: true, // otherwise a partial file counts as a success after aerender has failed
    skipCleanup: true, // only scratch/ deletes files, once the tree is dead
    // nexrender's timeout would end aerender alone; the daemon's stall limits end the tree.
    maxUpdateTimeout: 1e9,
    killAEFXOnRenderTimeout: false, // true would kill every After Effects on the host
    reuse: false, // true would render in an After Effects outside of this tree
  });
  const rendered = nexrender.render(job, readOnly(settings, 'settings'));
  try {
    await Promise.race([rendered, downloads.failed]);
    await pictures.finish(allMeasured());
  } finally {
    pictures.end();
    endMeasuring();
  }
}

/**
 * Notes what each aerender prints and how it ends.
 * @param {ReturnType<typeof createProgress>['seen']} seen
 * @param {ReturnType<typeof batchLines>} lines
 */
function watchInstances(seen, lines) {
  return (/** @type {import('node:child_process').ChildProcess} */ instance) =>
    watchAerender(instance, {
      onLine: (line) => {
        seen.aerenderError ??= readError(line);
        seen.sign ??= readSign(line);
        lines.add('aerender', line);
      },
      onExit: (exit) => {
        seen.aerenderExit = exit;
      },
    });
}

/** The settings of nexrender for its start. @param {RenderOrder['aerenderOptions']} set */
function settingsOf(set) {
  return {
    multiFrames: set !== null && set.multiFramesPercent !== null,
    multiFramesCPU: String(set?.multiFramesPercent ?? ''),
    maxMemoryPercent: set?.maxMemoryPercent ?? undefined,
    imageCachePercent: set?.imageCachePercent ?? undefined,
    // nexrender adds the `-`, and splits at each space.
    aeParams: (set?.parameters ?? []).map((parameter) => parameter.replace(/^-/, '')),
  };
}

/**
 * Puts an action before the others of this list, even if an action has replaced that list.
 *
 * @param {import('./job-guard.mjs').Job} job
 * @param {'postdownload' | 'postrender'} list
 * @param {{ module: string }} action
 */
function putFirst(job, list, action) {
  const value = { ...job.actions, [list]: [action, ...(job.actions[list] ?? [])] };
  Object.defineProperty(job, 'actions', { value, writable: true, enumerable: true });
}

/** The template and the assets that have a source. @param {RenderOrder['job']} job */
function listSources(job) {
  const named = [
    { field: 'template.src', src: job.template.src },
    ...job.assets.map((asset, index) => ({ field: `assets[${index}].src`, src: asset.src })),
  ];
  return named.flatMap(({ field, src }) => {
    if (src === undefined) return [];
    return [{ field, src, path: src.startsWith('file:') ? fileURLToPath(src) : null }];
  });
}

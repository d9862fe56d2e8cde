// @ts-check
/**
 * The first program of a render's process tree: runs @nexrender/core on one job. Loaded by the launcher; plain JavaScript, because a
 * compiler would bring processes of its own into the tree. What passes over the channel:
 *
 * 1. daemon → `{type: 'render', …}` (RenderOrder): everything this render may know.
 * 2. child → `{type: 'phase', phase}` and `{type: 'lines', stream, lines}` while it goes on. aerender's lines arrive as it printed
 *    them, bounded in length and rate; the daemon reads the progress from them.
 * 3. child → `{type: 'gate'}` after the render, before the first postrender action; never where there is none. daemon → `{type: 'gateAnswer', open}`. Closed, or no
 *    answer within a minute: the child ends without publishing. When the daemon is gone, the launcher ends the whole group.
 * 4. child → `{type: 'ended', end}`, then it ends: exit code 0 completed, 1 failed, 3 gate closed.
 *
 * @typedef {object} RenderOrder
 * @property {'render'} type
 * @property {{ uid: string, template: Source, assets: Source[], actions: Record<string, { module: string }[]> }} job
 * @property {string} workPath
 * @property {string | null} aerender
 * @property {string[]} actions allowed action modules
 * @property {string} actionsFolder where action modules are looked for that Renderdeck does not bring
 * @property {string | null} ffmpeg
 * @property {number} gateWaitMs
 *
 * @typedef {{ src?: string } & Record<string, unknown>} Source
 */
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBoundedLines } from './bounded-lines.mjs';
import { explainFailure } from './explain-failure.mjs';
import { findAerender } from './find-aerender.mjs';
import { loadActions } from './load-actions.mjs';
import { createRedactor } from './redact.mjs';

const GATE = 'renderdeck:publish-gate';
const PIPE_WAIT_MS = 2000;
/** @type {Record<string, string>} nexrender's states, in our words */
const PHASES = {
  'render:setup': 'preparing',
  'render:predownload': 'downloading',
  'render:download': 'downloading',
  'render:postdownload': 'downloading',
  'render:prerender': 'preparing',
  'render:script': 'preparing',
  'render:dorender': 'launching',
};

class GateClosed extends Error {}

process.once('message', (order) => void run(/** @type {RenderOrder} */ (order)));

/** @param {RenderOrder} order */
async function run(order) {
  const redact = createRedactor(order.job);
  const lines = batchLines(redact);
  let phase = 'preparing';
  let aerender = order.aerender ?? 'aerender';
  /** @type {string | null} */
  let aerenderError = null;
  /** @type {{ code: number | null, signal: string | null } | null} */
  let aerenderExit = null;
  const enter = (/** @type {string} */ next) => {
    if (next === phase) return;
    phase = next;
    lines.flush(); // what was printed before arrives before
    send({ type: 'phase', phase });
  };
  const failed = async (/** @type {unknown} */ cause) => {
    const sources = listSources(order.job);
    const reason = await explainFailure({
      cause,
      phase,
      sources,
      aerenderError,
      aerenderExit,
      aerender,
    });
    return { kind: 'failed', reason: redact(reason) };
  };
  process.on('uncaughtException', async (cause) => end(await failed(cause), 1));

  try {
    aerender = findAerender(order.aerender);
    const { actions } = order.job;
    const publish = actions.postrender ?? [];
    const named = Object.values(actions).flatMap((list) => list.map((action) => action.module));
    const functions = loadActions(named, order);
    functions[GATE] = async (job) => {
      // nexrender looks for the file of a film, and for none of a sequence of pictures.
      if (!hasResult(/** @type {{ output: string }} */ (job).output))
        throw new Error("Couldn't find a result file");
      if (publish.length === 0) return job;
      enter('gate');
      if (!(await askGate(order.gateWaitMs))) throw new GateClosed();
      enter('publishing');
      return job;
    };
    const job = {
      ...order.job,
      actions: { ...actions, postrender: [{ module: GATE }, ...publish] },
    };
    await renderJob(job, {
      workpath: order.workPath,
      binary: aerender,
      actions: functions,
      logger: createLogger((line) => lines.add('nexrender', line)),
      onState: (/** @type {string} */ state) => enter(PHASES[state] ?? phase),
      onInstanceSpawn: (/** @type {import('node:child_process').ChildProcess} */ instance) => {
        watchAerender(instance, {
          onLine: (line) => {
            aerenderError ??= readError(line);
            lines.add('aerender', line);
          },
          onExit: (exit) => {
            aerenderExit = exit;
          },
        });
      },
    });
    end({ kind: 'completed' }, 0);
  } catch (cause) {
    if (cause instanceof GateClosed) end({ kind: 'gateClosed' }, 3);
    else end(await failed(cause), 1);
  }

  /** @param {object} how @param {number} exitCode */
  function end(how, exitCode) {
    lines.flush();
    process.exitCode = exitCode;
    // The listener and the channel would keep this process alive; sockets and timers of a failed download end with their own limits.
    process.send?.({ type: 'ended', end: how }, () => process.channel?.unref());
  }
}

/**
 * @param {RenderOrder['job']} job
 * @param {Record<string, unknown> & { onState: (state: string) => void }} settings
 */
function renderJob(job, { onState, ...settings }) {
  const { init, render } = createRequire(import.meta.url)('@nexrender/core');
  const ready = init({
    ...settings,
    noAnalytics: true, // otherwise it starts two processes and talks to its maker
    stopOnError: true, // otherwise a partial file with a failure's exit code is a success
    skipCleanup: true, // only scratch/ deletes, and only when the tree is dead
    maxUpdateTimeout: 1e9, // its timeout ends aerender alone and leaves After Effects; the watchdogs are the daemon's
    killAEFXOnRenderTimeout: false, // it would end every After Effects on the host
    reuse: false, // the render would run in an After Effects outside of this tree
  });
  return render(
    {
      ...job,
      onChange: (/** @type {unknown} */ _job, /** @type {string} */ state) => onState(state),
    },
    ready,
  );
}

/**
 * Takes aerender's pipes over from nexrender, which would keep all output in memory and misread the progress. A program that outlives
 * aerender and holds its pipes open does not hold up the render.
 *
 * @param {import('node:child_process').ChildProcess} instance
 * @param {{ onLine: (line: string) => void, onExit: (exit: { code: number | null, signal: string | null }) => void }} listener
 */
function watchAerender(instance, { onLine, onExit }) {
  for (const pipe of [instance.stdout, instance.stderr]) {
    const lines = createBoundedLines({
      onLine,
      isPrecious: (line) => line.startsWith('PROGRESS:') || readError(line) !== null,
    });
    pipe?.removeAllListeners('data');
    pipe?.on('data', (chunk) => lines.push(chunk));
    pipe?.once('close', () => lines.end());
  }
  instance.once('exit', (code, signal) => {
    onExit({ code, signal });
    const timer = setTimeout(
      () => [instance.stdout, instance.stderr].forEach((pipe) => void pipe?.destroy()),
      PIPE_WAIT_MS,
    );
    instance.once('close', () => clearTimeout(timer));
  });
}

/** True where aerender wrote anything under the name it was given, which a sequence's pictures begin with. @param {string} output */
function hasResult(output) {
  const [name = ''] = basename(output).split(/[_.]/);
  return readdirSync(dirname(output)).some((file) => file.startsWith(name));
}

/** What aerender, or nexrender's script inside After Effects, calls an error. @param {string} line */
function readError(line) {
  return (
    /^\s*aerender (?:ERROR|Fehler):\s*(.*)$/i.exec(line)?.[1] ??
    /(?:Error|Fehler):\s+(nexrender:.*)$/i.exec(line)?.[1] ??
    null
  );
}

/** @param {number} waitMs @returns {Promise<boolean>} */
function askGate(waitMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => answer({ type: 'gateAnswer', open: false }), waitMs);
    /** @param {unknown} message */
    function answer(message) {
      if (
        typeof message !== 'object' ||
        message === null ||
        !('type' in message) ||
        message.type !== 'gateAnswer'
      )
        return;
      clearTimeout(timer);
      process.off('message', answer);
      resolve('open' in message && message.open === true);
    }
    process.on('message', answer);
    send({ type: 'gate' });
  });
}

/** Lines leave in parcels, so that a busy render costs the daemon few messages. @param {(text: string) => string} redact */
function batchLines(redact) {
  /** @type {Map<string, string[]>} */
  const waiting = new Map();
  /** @type {NodeJS.Timeout | null} */
  let timer = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (const [stream, lines] of waiting) send({ type: 'lines', stream, lines });
    waiting.clear();
  };
  return {
    flush,
    /** @param {'nexrender' | 'aerender'} stream @param {string} line */
    add(stream, line) {
      const lines = waiting.get(stream) ?? [];
      waiting.set(stream, lines);
      lines.push(redact(line));
      timer ??= setTimeout(flush, 50);
    },
  };
}

/** @param {(line: string) => void} onLine */
function createLogger(onLine) {
  const lines = createBoundedLines({ onLine });
  const log = (/** @type {unknown[]} */ ...words) =>
    lines.push(Buffer.from(`${words.map(String).join(' ').trimEnd()}\n`));
  return { log, info: log, warn: log, error: log, debug: log };
}

/** @param {RenderOrder['job']} job */
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

/** @param {object} message */
function send(message) {
  if (process.connected) process.send?.(message);
}

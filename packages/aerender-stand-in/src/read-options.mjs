// @ts-check
/**
 * The options of a run. They come from aerender's arguments, the project file and the environment.
 * A value in the environment wins.
 *
 * A project for the stand-in is JSON: `{"standIn": {"frames": 120, "frameMs": 100, "frameRate": 25,
 * "launchMs": 100, "waitsFor": "/tmp/go", "compositions": ["main"], "misbehave": "stalls"}}`. Any
 * other file, for example a real .aep, renders with the default values.
 */
import { readFileSync } from 'node:fs';

/** What the stand-in does wrong on request. A comma joins several of them. */
export const MISBEHAVIOURS = /** @type {const} */ ([
  'ignores-term', // SIGTERM does nothing, to aerender and to AfterFX
  'hangs-before-start', // starts, but never prints "Start:"
  'stalls', // renders half of the frames, then prints nothing more
  'fails', // renders half of the frames, then "aerender ERROR" and exit code 1
  'dies-silently', // exit code 1 without an error line
  'writes-nothing', // succeeds without an output file
  'floods', // 5 MB of warnings with every frame
  'escapes', // starts a helper in its own session that runs for two minutes
  'leaves-helper', // starts a helper in its own group that runs for two minutes
]);

/**
 * @typedef {object} Options
 * @property {string} project
 * @property {string} composition
 * @property {string} output
 * @property {string} scriptText nexrender's script (-r); here it chooses the colour
 * @property {number} firstFrame
 * @property {number} span number of frames from the first to the last
 * @property {number} step 2: every second frame is rendered
 * @property {number} frameMs
 * @property {number} frameRate
 * @property {number} launchMs
 * @property {string | null} waitsFor a file that must exist before the last frame is rendered
 * @property {string[]} misbehave
 * @property {string | null} error why real After Effects would refuse this run
 */

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @returns {Options}
 */
export function readOptions(args, env) {
  const flags = readArguments(args);
  const project = flags.get('-project') ?? '';
  const composition = flags.get('-comp') ?? '';
  const output = flags.get('-output') ?? '';
  const found = readProject(project);
  const wanted = found.settings;
  const total = readCount(env.RENDERDECK_STAND_IN_FRAMES) ?? readCount(wanted.frames) ?? 100;
  const firstFrame = Math.min(readCount(flags.get('-s')) ?? 0, total - 1);
  const lastFrame = Math.min(readCount(flags.get('-e')) ?? total - 1, total - 1);
  const step = Math.max(1, readCount(flags.get('-i')) ?? 1);
  const compositions = Array.isArray(wanted.compositions) ? wanted.compositions : [composition];
  let error = found.error;
  if (error === null && output === '') error = 'No output file was given (-output).';
  if (error === null && !compositions.includes(composition))
    error = `No comp was found with the given name: ${composition}`;
  return {
    project,
    composition,
    output,
    scriptText: readText(flags.get('-r')),
    firstFrame,
    span: Math.max(1, lastFrame - firstFrame + 1),
    step,
    frameMs: readCount(env.RENDERDECK_STAND_IN_FRAME_MS) ?? readCount(wanted.frameMs) ?? 50,
    frameRate: readCount(wanted.frameRate) || 25,
    launchMs: readCount(wanted.launchMs) ?? 100,
    waitsFor: typeof wanted.waitsFor === 'string' ? wanted.waitsFor : null,
    misbehave: readMisbehaviours(env.RENDERDECK_STAND_IN_MISBEHAVE ?? wanted.misbehave),
    error,
  };
}

/**
 * Reads each option with the argument after it. The stand-in ignores arguments that it does not
 * know (-mem_usage 50 50, -close SAVE_CHANGES).
 *
 * @param {string[]} args
 */
function readArguments(args) {
  /** @type {Map<string, string>} */
  const flags = new Map();
  for (const [index, arg] of args.entries()) {
    const value = args[index + 1];
    if (arg.startsWith('-') && value !== undefined && !flags.has(arg)) flags.set(arg, value);
  }
  return flags;
}

/**
 * @param {string} path
 * @returns {{ settings: Record<string, unknown>, error: string | null }}
 */
function readProject(path) {
  let text;
  try {
    text = readFileSync(path, 'latin1').slice(0, 100_000);
  } catch (cause) {
    return {
      settings: {},
      error: `After Effects error: the project could not be opened: ${path} (${codeOf(cause)})`,
    };
  }
  if (!text.trimStart().startsWith('{')) return { settings: {}, error: null };
  try {
    const standIn = JSON.parse(text).standIn;
    return {
      settings: typeof standIn === 'object' && standIn !== null ? standIn : {},
      error: null,
    };
  } catch {
    return { settings: {}, error: `After Effects error: the project is damaged: ${path}` };
  }
}

/** @param {string | undefined} path */
function readText(path) {
  if (path === undefined) return '';
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {unknown} value */
function readCount(value) {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** @param {unknown} value */
function readMisbehaviours(value) {
  const words = Array.isArray(value)
    ? value.map(String)
    : typeof value === 'string'
      ? value.split(',')
      : [];
  return words.map((word) => word.trim()).filter((word) => word !== '');
}

/** @param {unknown} cause */
export function codeOf(cause) {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

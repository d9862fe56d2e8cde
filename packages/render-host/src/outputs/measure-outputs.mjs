// @ts-check
/**
 * Measures outputs with ffprobe while they are published. The render child calls it, so ffprobe
 * belongs to the tree of the attempt and runs as the user of the render. It reads the file that is
 * copied, whose bytes are those of the output: Windows would refuse to rename a part that it has
 * open. What it finds is sent after `published`:
 *
 * child → `{type: 'measured', path, measured}` (MeasuredOutput)
 *
 * A file that cannot be measured is no failure, and nothing waits for ffprobe before the output is
 * out.
 */
import { stat } from 'node:fs/promises';
import { send } from '../nexrender/child-channel.mjs';
import { GUARDED, limitFrames } from '../nexrender/ffmpeg-input.mjs';
import { isPicture } from '../nexrender/sequence.mjs';
import { startProbe } from '../process/run-probe.mjs';
import { readCount, readProbe } from './read-probe.mjs';

/** For both looks at one file together. */
const WITHIN_MS = 15_000;
/** 16K has 134 million pixels. The size of a larger frame is not known. */
const MOST_PIXELS = 160_000_000;
const SAFE = ['-v', 'error', '-hide_banner'];
const WANTED =
  'format=duration:stream=codec_type,codec_name,profile,width,height,nb_frames,duration:' +
  'stream_disposition=attached_pic';

/**
 * @typedef {import('@renderdeck/domain').CopiedOutput} Copied
 * @typedef {import('@renderdeck/domain').MeasuredOutput} Measured
 * @typedef {import('@renderdeck/domain').NotMeasured} NotMeasured
 */

/** @type {string | null} */
let ffprobe = null;
let isOver = false;
/** @type {Set<{ kill(): void }>} */
const running = new Set();
/** @type {Promise<void>[]} */
const told = [];

/** Sets the program for all later measurements; null: this host has none. */
export function setProbe(/** @type {string | null} */ program) {
  ffprobe = program;
  // A launcher that waits for its children on TERM (launcher.mjs) must not get a new one.
  if (process.listenerCount('SIGTERM') > 0) process.once('SIGTERM', endMeasuring);
}

/**
 * Begins to measure an output by the file from which it is copied; of a sequence, its first
 * picture.
 *
 * @param {Pick<Copied, 'kind' | 'files'>} output @param {string} source
 */
export function startMeasuring(output, source) {
  const measured = measure(output, source);
  return {
    /** The output is out under this path: sends what is found, when it is found. */
    tell(/** @type {string} */ path) {
      told.push(
        measured.then((found) => {
          if (!isOver) send({ type: 'measured', path, measured: found });
        }),
      );
    },
  };
}

/** Resolves when everything that is out is measured. Null if there is nothing to wait for. */
export function allMeasured() {
  return told.length === 0 ? null : Promise.all(told);
}

/** The render is over: nothing more is measured. */
export function endMeasuring() {
  isOver = true;
  for (const program of running) program.kill();
}

/**
 * @param {Pick<Copied, 'kind' | 'files'>} output @param {string} source
 * @returns {Promise<Measured>}
 */
export async function measure({ kind, files }, source) {
  const frames = kind === 'sequence' ? files : null;
  const nothing = { seconds: null, codec: null, width: null, height: null, frames };
  const without = (/** @type {NotMeasured} */ why) => ({ ...nothing, why });
  if (kind === 'files') return without('several');
  if (ffprobe === null) return without('noFfprobe');
  // A second reader of a pipe would take bytes away from the copy.
  const isFile = await stat(source).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return without('unreadable');
  const until = performance.now() + WITHIN_MS;
  const isStill = isPicture(source);
  const probed = await run(ffprobe, [...inputOf(isStill), '-show_entries', WANTED, source], until);
  if ('problem' in probed) return without(WHY[probed.problem]);
  const found = readSafely(() => readProbe(probed.text));
  if (found === null) return without('unreadable');
  if (isStill) return { ...found, seconds: null, frames: frames ?? 1, why: null };
  if (found.frames !== null || found.width === null) return { ...found, why: null };
  const select = ['-count_packets', '-select_streams', 'v:0', '-show_entries'];
  const args = [...inputOf(isStill), ...select, 'stream=nb_read_packets', source];
  const counted = await run(ffprobe, args, until);
  return {
    ...found,
    frames: 'problem' in counted ? null : readSafely(() => readCount(counted.text)),
    why: null,
  };
}

/** @type {Readonly<Record<'missing' | 'failed' | 'late', NotMeasured>>} */
const WHY = { missing: 'noFfprobe', failed: 'unreadable', late: 'tooLong' };

/** The name of a picture may have a pattern for numbers, which is no pattern here. */
function inputOf(/** @type {boolean} */ isStill) {
  const still = isStill ? ['-f', 'image2', '-pattern_type', 'none'] : [];
  return [...SAFE, ...GUARDED, ...limitFrames(MOST_PIXELS), ...still, '-of', 'json'];
}

/** @param {string} program @param {readonly string[]} args @param {number} until */
async function run(program, args, until) {
  const started = startProbe(program, args, Math.max(1, until - performance.now()));
  running.add(started);
  const printed = await started.printed;
  running.delete(started);
  return printed;
}

/** @template T @param {() => T} read @returns {T | null} */
function readSafely(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

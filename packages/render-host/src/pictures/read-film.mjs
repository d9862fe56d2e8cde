// @ts-check
/** Reads frames by ffmpeg: of a film, and of a picture in a format that sharp does not read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUARDED, limitFrames } from '../nexrender/ffmpeg-input.mjs';
import { runInTree } from '../process/run-in-tree.mjs';
import { LIMITS, MOST_PIXELS } from './shrink.mjs';

const WITHIN_MS = 20_000;
const SAFE = ['-nostdin', '-hide_banner'];
const INPUT = [...GUARDED, ...limitFrames(MOST_PIXELS), '-threads', '1'];
const SCALE = `scale='min(${LIMITS.side},iw)':'min(${LIMITS.side},ih)'`;

/**
 * @typedef {{ ffmpeg: string, tempPath: string }} Tools
 * @typedef {{ seconds: number | null, rate: number, hasPicture: boolean }} Film
 */

/** How long a film is and how many frames it has in a second. @returns {Promise<Film>} */
export async function describeFilm(/** @type {Tools} */ tools, /** @type {string} */ path) {
  const { text } = await run(tools, [...INPUT, '-i', path]);
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text) ?? [];
  const rate = Number(/, ([\d.]+) (?:fps|tbr)/.exec(text)?.[1] ?? 25);
  const known = hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60;
  return {
    seconds: known === null ? null : known + Number(seconds),
    rate: rate > 0 ? rate : 25,
    hasPicture: /Stream #.*: Video:/.test(text),
  };
}

/**
 * The bytes of one frame as PNG. `seek`: options that say where it is; without them it is the first
 * frame. Of several frames the last one counts. The file goes with the folder of the attempt.
 *
 * @param {Tools} tools @param {string} path @param {readonly string[]} [seek]
 */
export async function readFrame(tools, path, seek = []) {
  const png = join(tools.tempPath, 'renderdeck-picture.png');
  const only = seek[0] === '-sseof' ? [] : ['-frames:v', '1'];
  const size = ['-vf', `${SCALE}:force_original_aspect_ratio=decrease`];
  const { problem, text } = await run(tools, [
    ...['-loglevel', 'error', ...INPUT, ...seek, '-i', path],
    ...['-an', '-sn', '-dn', '-map', '0:v:0', ...only, ...size, '-update', '1', '-y', png],
  ]);
  if (problem !== null) throw new Error(text.trim().split('\n')[0] || `ffmpeg ${problem}`);
  return await readFile(png);
}

/** @param {Tools} tools @param {readonly string[]} args */
async function run({ ffmpeg, tempPath }, args) {
  let text = '';
  const signal = AbortSignal.timeout(WITHIN_MS);
  const problem = await runInTree(
    ffmpeg,
    [...SAFE, ...args],
    tempPath,
    (more) => {
      if (text.length < 20_000) text += more;
    },
    signal,
  );
  return { problem: signal.aborted ? 'took too long' : problem, text };
}

// @ts-check
/**
 * The program that makes pictures of what a render has written. render-child.mjs starts it inside
 * the tree of its attempt, as the user of the render, so a stop ends it with everything else. It
 * gets a PictureOrder as its input, prints TakenPictures, and ends. A frame may be made to hurt the
 * program that reads it: so each run is a program of its own, with limits for pixels, file size,
 * memory and time, and with a lower priority.
 */
import { lstat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { isSequence, listPictures } from '../nexrender/sequence.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { lowerPriority } from '../process/lower-priority.mjs';
import { describeFilm, readFrame } from './read-film.mjs';
import { loadSharp, NoSharp, shrink } from './shrink.mjs';

/**
 * @typedef {import('./picture-order.ts').PictureOrder} PictureOrder
 * @typedef {import('./picture-order.ts').TakenPictures} TakenPictures
 * @typedef {import('./picture-order.ts').TakenPicture} TakenPicture
 * @typedef {import('@renderdeck/domain').ReportedNoPicture} Why
 */

const MOST_FILE_BYTES = 256 * 1024 * 1024;
const MOST_MEMORY_BYTES = 768 * 1024 * 1024;
/** So many of the newest frames are tried: the others are older than any picture needs. */
const TRIES = 4;
/** ffmpeg may read these endings of sequences, and sharp may not. */
const BY_FFMPEG = ['.tga', '.exr', '.dpx', '.cin', '.psd', '.sgi', '.hdr', '.iff'];

process.title = 'picture';
lowerPriority();
setInterval(() => {
  if (process.memoryUsage.rss() < MOST_MEMORY_BYTES) return;
  end({ pictures: [], why: 'tooLarge', lines: ['it takes too much memory'] });
}, 50).unref();

/** @param {TakenPictures} taken @returns {never} */
function end(taken) {
  // biome-ignore lint/nursery/noProcessExit: a thread that still decodes would keep it running
  process.stdout.write(JSON.stringify(taken), () => process.exit(0));
  return /** @type {never} */ (undefined);
}

/** @param {PictureOrder} order @returns {Promise<TakenPictures>} */
async function make(order) {
  return isSequence(order.output) ? await ofSequence(order) : await ofFilm(order);
}

/**
 * The newest whole frame. A frame that cannot be read is broken if a later frame exists, or if the
 * output is finished. Otherwise it is still being written.
 *
 * @param {PictureOrder} order @returns {Promise<TakenPictures>}
 */
async function ofSequence(order) {
  const listed = listPictures(order.output).reverse();
  if (listed.length === 0) return { pictures: [], why: 'noFile', lines: [] };
  const lines = [];
  /** @type {Why | null} */
  let why = null;
  for (const [place, { path, number }] of listed.slice(0, TRIES).entries()) {
    if (order.after !== null && number <= order.after) break;
    const isWritten = place > 0 || order.isFinished;
    try {
      const pictures = [await ofFile(order, path, number)].filter((one) => one !== null);
      if (pictures.length > 0) return { pictures, why: null, lines };
    } catch (cause) {
      const found = explain(cause);
      if (found.why !== 'unreadable') return { pictures: [], ...found };
      if (!isWritten) continue;
      why = 'unreadable';
      lines.push(...found.lines.map((line) => `${basename(path)}: ${line}`));
    }
  }
  return { pictures: [], why, lines };
}

/**
 * A picture of a file, or null if the file changed meanwhile.
 *
 * @param {PictureOrder} order @param {string} path @param {number} frame
 * @returns {Promise<TakenPicture | null>}
 */
async function ofFile(order, path, frame) {
  const before = await lstat(path);
  if (before.size > MOST_FILE_BYTES) throw new TooLarge('the file is too large');
  const sharp = await loadSharp();
  const bytes = BY_FFMPEG.includes(extname(path).toLowerCase())
    ? await readFrame(toolsOf(order), path)
    : await readRegular(path, { mostBytes: MOST_FILE_BYTES });
  const made = await shrink(sharp, bytes);
  const after = await lstat(path);
  const isSame = before.size === after.size && before.mtimeMs === after.mtimeMs;
  return isSame ? { frame, moment: null, ...made } : null;
}

/** The first, the middle and the last frame. @param {PictureOrder} order */
async function ofFilm(order) {
  const tools = toolsOf(order);
  const sharp = await loadSharp();
  if (!(await lstat(order.output)).isFile()) throw new Error('it is no regular file');
  const film = await describeFilm(tools, order.output);
  if (!film.hasPicture) throw new Error('it has no picture that ffmpeg can read');
  const { seconds, rate } = film;
  const last = seconds === null ? null : Math.max(0, Math.round(seconds * rate) - 1);
  const middle = last === null ? null : Math.floor(last / 2);
  /** @type {TakenPicture[]} */
  const pictures = [];
  const add = async (
    /** @type {import('@renderdeck/domain').Moment} */ moment,
    /** @type {number | null} */ frame,
    /** @type {string[]} */ seek,
  ) => {
    const made = await shrink(sharp, await readFrame(tools, order.output, seek));
    pictures.push({ frame, moment, ...made });
  };
  await add('first', 0, []);
  if (last !== null && middle !== null && last > 0) {
    await add('middle', middle, ['-ss', String(middle / rate)]);
    await add('last', last, ['-sseof', '-0.5']);
  }
  return { pictures, why: null, lines: [] };
}

class NoFfmpeg extends Error {}
class TooLarge extends Error {}

/** @param {PictureOrder} order */
function toolsOf({ ffmpeg, tempPath }) {
  if (ffmpeg === null) throw new NoFfmpeg('this host has no ffmpeg to read this format');
  return { ffmpeg, tempPath };
}

/** @param {unknown} cause @returns {{ why: Why, lines: string[] }} */
function explain(cause) {
  const { message } = cause instanceof Error ? cause : new Error(String(cause));
  const lines = [message.split('\n')[0] ?? ''];
  if (cause instanceof NoSharp) return { why: 'cannot', lines };
  if (cause instanceof NoFfmpeg) return { why: 'noFfmpeg', lines };
  const isLarge =
    cause instanceof TooLarge || /exceeds (?:pixel limit|specified max pixel)/.test(message);
  return { why: isLarge ? 'tooLarge' : 'unreadable', lines };
}

try {
  end(await make(JSON.parse(await text(process.stdin))));
} catch (cause) {
  end({ pictures: [], ...explain(cause) });
}

// @ts-check
/**
 * Writes the output in the format that its name asks for: `[####]` is a PNG sequence, `.mov` is
 * QuickTime, all else is AVI. Each frame is written before its progress line is printed, so a
 * killed render leaves a partial file, as After Effects does. appendFile writes all or fails: a
 * single write may write less on a disk that fills up.
 */
import { open, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { aviFrame, aviHeader, aviIndex } from './avi.mjs';
import { movEnd, movStart } from './mov.mjs';
import { png } from './png.mjs';

/**
 * @typedef {object} Output
 * @property {string | null} note a sentence for people about the format
 * @property {(pixels: Buffer) => Promise<void>} write
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./read-options.mjs').Options} options
 * @param {number} frames how many frames will be written
 * @returns {Promise<Output>}
 */
export async function openOutput({ output, frameRate, firstFrame, step }, frames) {
  const places = output.match(/\[(#+)\]/);
  if (places !== null) {
    let number = firstFrame;
    return {
      note: null,
      write: async (pixels) => {
        const name = output.replace(
          places[0],
          String(number).padStart(places[1]?.length ?? 1, '0'),
        );
        number += step;
        await writeFile(name, png(pixels));
      },
      close: async () => {},
    };
  }
  const file = await open(output, 'w');
  const extension = extname(output).toLowerCase();
  if (extension === '.mov') {
    await file.appendFile(movStart(frames));
    return {
      note: null,
      write: async (pixels) => void (await file.appendFile(pixels)),
      close: async () => {
        await file.appendFile(movEnd(frames, frameRate));
        await file.close();
      },
    };
  }
  await file.appendFile(aviHeader(frames, frameRate));
  return {
    note:
      extension === '.avi'
        ? null
        : `The stand-in writes AVI into this ${extension || 'unnamed'} file.`,
    write: async (pixels) => void (await file.appendFile(aviFrame(pixels))),
    close: async () => {
      await file.appendFile(aviIndex(frames));
      await file.close();
    },
  };
}

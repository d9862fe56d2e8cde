// @ts-check
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/**
 * The file endings of which After Effects writes one file for each picture. nexrender knows only
 * some of them, in small letters.
 */
const PICTURES = [
  ...['jpeg', 'jpg', 'png', 'tif', 'tiff', 'tga', 'exr', 'dpx', 'cin', 'psd', 'sgi', 'hdr'],
  'iff',
];

/** The place for the number of a picture, one `#` for each digit: `result_[#####].png`. */
const NUMBER = /\[(#+)\]/;

/** True if the file ending is one of a single picture. @param {string} path */
export function isPicture(path) {
  return PICTURES.includes(extname(path).slice(1).toLowerCase());
}

/** True if the path names a sequence of pictures. @param {string} path */
export function isSequence(path) {
  return NUMBER.test(basename(path));
}

/**
 * The template of a job whose output is a sequence of pictures, by its file ending, so that
 * nexrender names the output as such. Any other template stays as it is.
 *
 * @param {import('./render-order.ts').Source} template
 * @param {string} folder the folder of the job
 */
export function nameSequence(template, folder) {
  const { outputExt } = template;
  if (typeof outputExt !== 'string' || !PICTURES.includes(outputExt.toLowerCase())) return template;
  return { ...template, imageSequence: true, output: join(folder, `result_[#####].${outputExt}`) };
}

/**
 * The pictures of a sequence, in their order.
 *
 * @param {string} path
 * @returns {{ path: string, number: number }[]}
 */
export function listPictures(path) {
  const [start = '', places = '', end = ''] = basename(path).split(NUMBER);
  return readdirSync(dirname(path))
    .flatMap((name) => {
      if (!name.startsWith(start) || !name.endsWith(end)) return [];
      const digits = name.slice(start.length, name.length - end.length);
      return /^-?\d+$/.test(digits) && digits.length >= places.length
        ? [{ path: join(dirname(path), name), number: Number(digits) }]
        : [];
    })
    .sort((one, other) => one.number - other.number);
}

/** The file name of one picture. @param {string} path @param {number} number */
export function namePicture(path, number) {
  return basename(path).replace(NUMBER, (_, /** @type {string} */ places) =>
    String(number).padStart(places.length, '0'),
  );
}

/** The path with ffmpeg's form of `[#####]`: `result_%05d.png`. @param {string} path */
export function numberForFfmpeg(path) {
  const name = basename(path).replace(
    NUMBER,
    (_, /** @type {string} */ places) => `%0${places.length}d`,
  );
  return join(dirname(path), name);
}

// @ts-check
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The place for the number of a picture, one `#` for each digit: `result_[#####].png`. */
const NUMBER = /\[(#+)\]/;

/** True if the path names a sequence of pictures. @param {string} path */
export function isSequence(path) {
  return NUMBER.test(basename(path));
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

// @ts-check
import { readFile } from 'node:fs/promises';

/**
 * Reads all mount points, where the system lists them (Linux). A device number is not enough: a
 * bind mount of a folder on the same disk has the same number.
 *
 * @returns {Promise<Set<string>>}
 */
export async function readMountPoints() {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return new Set(parseMountPoints(text));
}

/**
 * Takes the fifth field of each line and decodes the kernel's octal escapes (blank, tab …).
 *
 * @param {string} mountInfo
 * @returns {string[]}
 */
export function parseMountPoints(mountInfo) {
  return mountInfo.split('\n').flatMap((line) => {
    const field = line.split(' ')[4];
    return field === undefined ? [] : [decode(field)];
  });
}

/** @param {string} field */
function decode(field) {
  return field.replace(/\\([0-7]{3})/g, (_, octal) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

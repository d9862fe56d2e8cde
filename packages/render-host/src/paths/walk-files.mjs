// @ts-check
/** Measures the files of a render. The render may exchange files and folders during the walk. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** aerender gives its files this name, and nexrender searches for it. */
const OUTPUT = /^result[._]/;
/** Each level of the walk holds one open folder. */
const DEEPEST = 20;

/**
 * @typedef {object} Walked
 * @property {number} amount the bytes of all files, plus one for each file. Those of a file that
 * has another name, in the cache of the host, do not count: a removal does not free them
 * @property {{ name: string, size: number, at: number } | null} latest the last written file
 */

/**
 * Measures all files in these folders, and separately those that aerender wrote.
 *
 * @param {readonly string[]} folders
 * @returns {Promise<{ output: Walked, files: Walked }>}
 */
export async function walkFiles(folders) {
  /** @type {Walked} */
  const output = { amount: 0, latest: null };
  /** @type {Walked} */
  const files = { amount: 0, latest: null };
  /** @type {(folder: string, depth: number) => Promise<void>} */
  const walk = (folder, depth) =>
    withFolder(folder, async (base) => {
      for (const entry of await readdir(base, { withFileTypes: true })) {
        const path = join(base, entry.name);
        if (!entry.isDirectory())
          await add(path, entry.name, OUTPUT.test(entry.name) ? [files, output] : [files]);
        else if (depth < DEEPEST) await walk(path, depth + 1);
      }
    });
  for (const folder of folders) await walk(folder, 0);
  return { output, files };
}

/**
 * The names of the files in a folder that are not empty. @param {string} folder @returns
 * {Promise<string[]>}
 */
export async function listArrived(folder) {
  /** @type {string[]} */
  const arrived = [];
  await withFolder(folder, async (base) => {
    for (const name of await readdir(base))
      if (((await lstat(join(base, name)).catch(() => null))?.size ?? 0) > 0) arrived.push(name);
  });
  return arrived;
}

/**
 * Calls `use` with a path that always means this very folder, so that no exchange leads this
 * process to files that only it may see. Skips a path that is gone or no folder.
 *
 * @param {string} path
 * @param {(base: string) => Promise<void>} use
 */
async function withFolder(path, use) {
  if (process.platform !== 'linux') return await use(path).catch(() => undefined);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => null);
  if (folder === null) return;
  await use(`/proc/self/fd/${folder.fd}`)
    .catch(() => undefined)
    .finally(() => folder.close());
}

/**
 * Adds a file to the sums. A file that was moved or removed meanwhile is not counted.
 *
 * @param {string} path
 * @param {string} name
 * @param {readonly Walked[]} sums
 */
async function add(path, name, sums) {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  const { size, mtimeMs: at, nlink } = found;
  for (const sum of sums) {
    // Plus one for the file itself: an empty file is a movement too.
    sum.amount += (nlink > 1 ? 0 : size) + 1;
    if (sum.latest === null || at >= sum.latest.at) sum.latest = { name, size, at };
  }
}

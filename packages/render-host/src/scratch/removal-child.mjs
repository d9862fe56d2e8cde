// @ts-check
/**
 * The program that removes files as another user (remove-as-user.ts starts it). It removes one
 * part, or everything in the folder that it gets as descriptor 3. It prints a Removed as JSON.
 *
 * @typedef {{ part: string, withinMs: number } | { folder: 3, withinMs: number }} Order
 * @typedef {import('./delete-tree.mjs').Deletion} Deletion
 *
 * For that folder, the paths of leftovers are relative.
 * @typedef {Pick<Deletion, 'files' | 'bytes' | 'leftovers'> & { error: string | null }} Removed
 */
import { fchmodSync, fstatSync } from 'node:fs';
import { relative } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { beginDeletion, emptyFolder } from './delete-tree.mjs';
import { readMountPoints } from './mount-points.mjs';
import { removePart } from './remove-part.mjs';

const order = /** @type {Order} */ (JSON.parse(process.argv[2] ?? ''));
const until = performance.now() + order.withinMs;
const deletion = beginDeletion();
const work = 'part' in order ? removePart(order.part, deletion, until) : empty(order.folder);
const error = await work.catch(codeOf);
const { files, bytes, leftovers } = deletion;
process.stdout.write(JSON.stringify(/** @type {Removed} */ ({ files, bytes, leftovers, error })));

/**
 * Works with relative paths, because this user may not enter the folders above this folder.
 *
 * @param {number} folder
 * @returns {Promise<null>}
 */
async function empty(folder) {
  if ((fstatSync(folder).mode & 0o700) !== 0o700) fchmodSync(folder, 0o700);
  process.chdir(`/proc/self/fd/${folder}`);
  const here = process.cwd();
  const mountPoints = new Set([...(await readMountPoints())].map((path) => relative(here, path)));
  const { dev: device } = fstatSync(folder, { bigint: true });
  await emptyFolder('.', '.', { device, mountPoints, until }, deletion);
  return null;
}

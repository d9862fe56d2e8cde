// @ts-check
import { chown, stat } from 'node:fs/promises';

/** @type {number | null} */
let outputGroup = null;

/**
 * From now on outputs belong to this group. A render as another user has a group of its own, which
 * nobody else knows. @param {number | null} group
 */
export function setOutputGroup(group) {
  outputGroup = group;
}

/**
 * Gives a new file or folder to the group of outputs, unless its folder gave it another one.
 * @param {string} path
 */
export async function giveToGroup(path) {
  if (outputGroup === null) return;
  const { uid, gid } = await stat(path);
  if (gid === process.getgid?.()) await chown(path, uid, outputGroup);
}

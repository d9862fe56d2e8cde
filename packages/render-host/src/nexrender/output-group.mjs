// @ts-check
import { chown, stat } from 'node:fs/promises';

/** @type {number | null} */
let outputGroup = null;

/**
 * Sets the group of all later outputs. A render as another user runs with a group of its own, in
 * which no other user is. @param {number | null} group
 */
export function setOutputGroup(group) {
  outputGroup = group;
}

/**
 * Gives a new file or folder to the group of outputs. A group that its parent folder gave it stays.
 * @param {string} path
 */
export async function giveToGroup(path) {
  if (outputGroup === null) return;
  const { uid, gid } = await stat(path);
  if (gid === process.getgid?.()) await chown(path, uid, outputGroup);
}

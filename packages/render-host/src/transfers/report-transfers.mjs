// @ts-check
/**
 * Tells the daemon how far the transfers of this render are: downloads of sources, and uploads and
 * copies of outputs. Who transfers files:
 *
 * 1. `planTransfers` with all files that belong together, before the first of them moves. A single
 *    file is a list of one.
 * 2. `begin` of a file when it moves. Again for a new try: with the bytes that are there already.
 * 3. `moved` for each chunk, and `end` when the file is there or has failed. It is always called.
 *
 * The counts of the files stay together until all of them have ended. If downloads, uploads and
 * copies run at the same time, the counts are those of the kind that began last.
 *
 * @typedef {import('@renderdeck/domain').TransferDirection} Direction
 *
 * @typedef {object} Planned
 * @property {string} name for people, without an address: an address may contain a secret
 * @property {number | null} [total] in bytes; null: not known
 *
 * @typedef {object} Transfer
 * @property {(there?: number, total?: number | null) => void} begin
 * @property {(bytes: number) => void} moved
 * @property {() => void} end
 *
 * @typedef {{ direction: Direction, name: string, total: number | null, bytes: number,
 *   state: 'waits' | 'moves' | 'ended' }} File
 */
import { stat } from 'node:fs/promises';
import { send } from '../nexrender/child-channel.mjs';
import { missingIsNull } from '../paths/error-code.mjs';

const EVERY_MS = 250;
/** As in transfer.ts of domain, from which nothing can be imported here. */
const MOST_NAMES = 3;

/** Groups of files that belong together, each with a file that has not ended. @type {File[][]} */
let groups = [];
let movedBytes = 0;
let isChanged = false;
/** @type {NodeJS.Timeout | undefined} */
let timer;

/**
 * Announces files that are transferred together. Returns a transfer for each of them.
 *
 * @param {Direction} direction
 * @param {readonly Planned[]} planned
 * @returns {Transfer[]}
 */
export function planTransfers(direction, planned) {
  const group = planned.map(({ name, total = null }) => createFile(direction, name, total));
  if (group.length === 0) return [];
  groups.push(group);
  timer ??= setInterval(report, EVERY_MS).unref();
  isChanged = true;
  setImmediate(report); // soon, so that the daemon measures the rate from here on
  return group.map(createTransfer);
}

/** The size of a file that is to be sent or copied; null if it is missing. @param {string} path */
export function sizeOf(path) {
  return stat(path).then(({ size }) => size, missingIsNull);
}

/**
 * @param {Direction} direction
 * @param {string} name
 * @param {number | null} total
 * @returns {File}
 */
function createFile(direction, name, total) {
  return { direction, name, total, bytes: 0, state: 'waits' };
}

/** @param {File} file @returns {Transfer} */
function createTransfer(file) {
  return {
    begin(there = 0, total = file.total) {
      if (file.state === 'ended') return;
      Object.assign(file, { state: 'moves', bytes: there, total });
      isChanged = true;
    },
    moved(bytes) {
      file.bytes += bytes;
      movedBytes += bytes;
      isChanged = true;
    },
    end() {
      if (file.state === 'ended') return;
      file.state = 'ended';
      isChanged = true;
      groups = groups.filter((group) => group.some(({ state }) => state !== 'ended'));
      if (groups.length > 0) return;
      clearInterval(timer);
      timer = undefined;
      report(); // at once, so that it comes before the next phase
    },
  };
}

function report() {
  if (!isChanged) return;
  isChanged = false;
  const direction = groups.at(-1)?.[0]?.direction;
  const files = groups.flat().filter((file) => file.direction === direction);
  send({ type: 'transfer', transfer: direction === undefined ? null : count(direction, files) });
}

/**
 * @param {Direction} direction
 * @param {File[]} files
 * @returns {import('@renderdeck/domain').TransferCount}
 */
function count(direction, files) {
  const moving = files.filter(({ state }) => state === 'moves');
  const isKnown = files.every(({ total, state }) => total !== null || state === 'ended');
  // A server may send more than it announced.
  const sizes = files.map(({ total, bytes }) => Math.max(total ?? 0, bytes));
  return {
    direction,
    files: files.length,
    filesDone: files.filter(({ state }) => state === 'ended').length,
    names: moving.slice(0, MOST_NAMES).map(({ name }) => name),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    totalBytes: isKnown ? sizes.reduce((sum, size) => sum + size, 0) : null,
    moved: movedBytes,
  };
}

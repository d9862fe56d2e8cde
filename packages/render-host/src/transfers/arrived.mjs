// @ts-check
/**
 * What has arrived of a file, over all tries of its download.
 *
 * @typedef {object} Arrived
 * @property {string} path
 * @property {number} size
 * @property {number | null} total null: the server does not say
 * @property {string | null} version of the file on the server; null: the rest cannot be asked for
 * @property {import('./checksums.mjs').Checksum[]} checksums
 */
import { open } from 'node:fs/promises';
import { TransferFailed } from './transfer-failed.mjs';

/** @returns {Arrived} */
export function nothingArrived() {
  return { path: '', size: 0, total: null, version: null, checksums: [] };
}

/**
 * Appends what comes to the file.
 *
 * @param {AsyncIterable<Uint8Array>} body
 * @param {Arrived} arrived
 * @param {import('./report-transfers.mjs').Transfer} transfer
 */
export async function receive(body, arrived, transfer) {
  transfer.begin(arrived.size, arrived.total);
  const file = await open(arrived.path, arrived.size === 0 ? 'w' : 'a');
  try {
    for await (const chunk of body) {
      await file.appendFile(chunk);
      arrived.size += chunk.length;
      transfer.moved(chunk.length);
      for (const { hash } of arrived.checksums) hash.update(chunk);
    }
  } finally {
    await file.close();
  }
}

/**
 * Throws unless the file is whole.
 *
 * @param {Arrived} arrived
 * @param {boolean} isLonger the server has sent more than it announced
 */
export function checkWhole(arrived, isLonger) {
  const { size, total, checksums } = arrived;
  if (total !== null && size < total)
    throw new TransferFailed(`the server sent only ${writeSize(arrived)}`, { isPassing: true });
  if (isLonger || (total !== null && size > total))
    startAgain(arrived, `the server sent more than the ${total ?? size} bytes that it announced`);
  for (const { hash, wanted, whose } of checksums)
    if (!wanted.includes(hash.digest('base64')))
      startAgain(arrived, `the file does not have the checksum of ${whose}`);
}

/** Makes the next try begin again. @param {Arrived} arrived @param {string} why @returns {never} */
export function startAgain(arrived, why) {
  Object.assign(arrived, { size: 0, version: null });
  throw new TransferFailed(why, { isPassing: true });
}

/** @param {Arrived} arrived */
export function writeSize({ size, total }) {
  return total === null ? `${size} bytes` : `${size} of ${total} bytes`;
}

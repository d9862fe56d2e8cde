// @ts-check
/** Copies the files of an output, with their checksums, and syncs what it has written. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { planTransfers, sizeOf } from '../transfers/report-transfers.mjs';
import { giveToGroup } from './output-group.mjs';
import { reportCopied } from './report-movement.mjs';
import { syncFile } from './sync-folder.mjs';
import { writeBytes } from './write-bytes.mjs';

const READ_BYTES = 1024 * 1024;
/** A single sync at the end of a long film could take longer than the stall limit. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;

/** @typedef {import('../transfers/report-transfers.mjs').Transfer} Transfer */

/**
 * Copies one file after the other. Returns the size of each, and the SHA-256 of its bytes in hex.
 *
 * @param {{ source: string, name: string, target: string }[]} files
 */
export async function copyAll(files) {
  const planned = [];
  for (const { source, name } of files) planned.push({ name, total: await sizeOf(source) });
  const transfers = planTransfers('copy', planned);
  const copied = [];
  try {
    for (const [index, { source, target }] of files.entries())
      copied.push(await writeSynced(source, target, transfers[index]));
  } finally {
    for (const transfer of transfers) transfer.end();
  }
  return copied;
}

/**
 * Returns how many bytes were written, and their SHA-256 in hex.
 *
 * @param {string} source @param {string} target @param {Transfer | undefined} transfer
 */
async function writeSynced(source, target, transfer) {
  transfer?.begin();
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants; // Windows has no O_NOFOLLOW
  const file = await open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    await giveToGroup(target);
    const sum = createHash('sha256');
    await writeFile(file, readReported(source, file, sum, transfer));
    await syncFile(file);
    transfer?.end();
    return { bytes: (await file.stat()).size, sha256: sum.digest('hex') };
  } finally {
    await file.close();
  }
}

/**
 * Reads the bytes of the source. Reports each chunk after it was written, and syncs now and then.
 *
 * @param {string} source
 * @param {import('node:fs/promises').FileHandle} target
 * @param {import('node:crypto').Hash} sum
 * @param {Transfer | undefined} transfer
 */
async function* readReported(source, target, sum, transfer) {
  let bytes = 0;
  let unsynced = 0;
  for await (const chunk of createReadStream(source, { highWaterMark: READ_BYTES })) {
    yield chunk;
    sum.update(chunk);
    bytes += chunk.length;
    unsynced += chunk.length;
    if (unsynced >= SYNC_EVERY_BYTES) {
      await syncFile(target);
      unsynced = 0;
    }
    transfer?.moved(chunk.length);
    reportCopied(chunk.length, `${writeBytes(bytes)} of ${basename(source)}`);
  }
}

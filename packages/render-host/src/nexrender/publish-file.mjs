// @ts-check
/**
 * Publishes an output completely or not at all:
 *
 * 1. Tell the daemon the path of the part. The daemon records the path before the part exists, so
 *    that the part is removed even if this process or the daemon dies.
 * 2. Write the part beside the final path, and sync it.
 * 3. Ask the second publish gate. The daemon writes into its journal how the part is recognised,
 *    so that the host can tell later whether step 4 happened (moves.mjs). If an earlier attempt has
 *    put the output out, do not do it again; the daemon removes the part.
 * 4. Rename the part to the output while the yes counts; ask again when it no longer counts.
 *    Windows refuses while a program has the output open: try again for half a minute, then fail.
 *    The old output is then unchanged.
 * 5. Sync the folder, then tell the daemon. Only then is the action done.
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync, renameSync } from 'node:fs';
import { mkdir, open, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isSamePath } from '../paths/same-path.mjs';
import { planTransfers, sizeOf } from '../transfers/report-transfers.mjs';
import { ask, send } from './child-channel.mjs';
import { createMove } from './create-move.mjs';
import { describeFile, describeFolder } from './moves.mjs';
import { giveToGroup } from './output-group.mjs';
import { AlreadyOut, GateClosed } from './publish-gate.mjs';
import { reportCopied } from './report-movement.mjs';
import { makeSyncedFolder, syncFile, syncFolder } from './sync-folder.mjs';
import { writeBytes } from './write-bytes.mjs';

/**
 * @typedef {object} Publication
 * @property {string} attemptId
 * @property {string | null} warning
 * @property {boolean} isLast nothing that leaves the host comes after it
 * @property {number} [releasedWithinMs] how long to retry while the output is open
 */

const READ_BYTES = 1024 * 1024;
/** A single sync at the end of a long film could take longer than the stall limit. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;
/** A file name may have 255 bytes, and a character may have 4. */
const LONGEST_NAME = 50;

/** @typedef {import('./moves.mjs').Move} Move */
/** @typedef {import('../transfers/report-transfers.mjs').Transfer} Transfer */

/** @type {Set<string>} */
const used = new Set();

/**
 * Publishes one file. It replaces an existing file in one step.
 *
 * @param {string} source
 * @param {string} output
 * @param {Publication} publication
 */
export async function publishFile(source, output, publication) {
  const folder = dirname(output);
  await makeSyncedFolder(folder);
  await checkPlace(folder);
  const part = await announcePart(join(folder, basename(output)), publication.attemptId);
  const sums = await copyAll([{ source, name: basename(output), target: part }]);
  const move = await describeFile(part, output, sums.join());
  await unlessOut(async () => {
    await moveOneByOne([{ from: part, to: output }], move, publication);
    await syncFolder(folder);
    send({ type: 'published', path: output, part });
  });
}

/**
 * Publishes several files into one folder. A new folder appears with all files in one step. In an
 * existing folder, each file appears or is replaced in one step, and the job gets a warning.
 *
 * @param {{ source: string, name: string }[]} files
 * @param {string} folder
 * @param {Publication} publication
 */
export async function publishFiles(files, folder, publication) {
  const isNew = !existsSync(folder);
  const place = isNew ? dirname(folder) : folder;
  await makeSyncedFolder(place);
  await checkPlace(place);
  const part = await announcePart(join(place, basename(folder)), publication.attemptId);
  await mkdir(part);
  await giveToGroup(part);
  await copyAll(files.map((file) => ({ ...file, target: join(part, file.name) })));
  await syncFolder(part);
  await unlessOut(async () => {
    if (isNew && (await moveWhole(part, folder, files, publication))) {
      await syncFolder(place);
      send({ type: 'published', path: folder, part });
      return;
    }
    const warning =
      `The ${files.length} files in ${folder} are published one after the other, because the ` +
      'folder exists already. If an attempt ends in between, only some of them are its own.';
    await moveOneByOne(
      files.map(({ name }) => ({ from: join(part, name), to: join(folder, name) })),
      { kind: 'files', part, path: folder, count: files.length },
      { ...publication, warning },
    );
    await syncFolder(folder);
    send({ type: 'published', path: folder, part: null }); // the daemon removes the empty part
  });
}

/** If an earlier attempt has put the output out, the daemon removes the part at the end. */
async function unlessOut(/** @type {() => Promise<void>} */ publish) {
  try {
    await publish();
  } catch (cause) {
    if (!(cause instanceof AlreadyOut)) throw cause;
  }
}

/**
 * Renames the part to a folder that does not exist yet. False when that name is in use by now.
 *
 * @param {string} part
 * @param {string} folder
 * @param {{ name: string }[]} files
 * @param {Publication} publication
 */
async function moveWhole(part, folder, files, publication) {
  const move = await describeFolder(part, folder, files[0]?.name ?? '');
  const tryToMove = createMove(move, publication);
  try {
    return await tryToMove(folder, () => {
      if (existsSync(folder)) return false;
      renameSync(part, folder);
      return true;
    });
  } catch (cause) {
    const isRefused = cause instanceof GateClosed || cause instanceof AlreadyOut;
    if (!isRefused && existsSync(folder)) return false;
    throw cause;
  }
}

/**
 * @param {{ from: string, to: string }[]} files
 * @param {Move} move
 * @param {Publication} publication
 */
async function moveOneByOne(files, move, publication) {
  const tryToMove = createMove(move, publication);
  for (const { from, to } of files) await tryToMove(to, () => renameSync(from, to));
}

/**
 * Makes the path of a new part for this output and waits until the daemon has recorded it.
 *
 * @param {string} output
 * @param {string} attemptId
 */
async function announcePart(output, attemptId) {
  const name = [...basename(output)].slice(0, LONGEST_NAME).join('');
  const pathOf = (/** @type {string} */ suffix) =>
    join(dirname(output), `.${name}${suffix}.${attemptId}.part`);
  let part = pathOf('');
  for (let count = 2; used.has(part); count += 1) part = pathOf(`~${count}`);
  used.add(part);
  if ((await ask({ type: 'part', path: part })) !== 'yes') throw new GateClosed();
  return part;
}

/**
 * Copies one file after the other. Returns the SHA-256 of the bytes of each, in hex.
 *
 * @param {{ source: string, name: string, target: string }[]} files
 */
async function copyAll(files) {
  const planned = [];
  for (const { source, name } of files) planned.push({ name, total: await sizeOf(source) });
  const transfers = planTransfers('copy', planned);
  const sums = [];
  try {
    for (const [index, { source, target }] of files.entries())
      sums.push(await writeSynced(source, target, transfers[index]));
  } finally {
    for (const transfer of transfers) transfer.end();
  }
  return sums;
}

/**
 * Returns the SHA-256 of the bytes, in hex.
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
    return sum.digest('hex');
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

/**
 * Before the attempt began, this folder was checked with every link resolved. It must still be the
 * same folder, and no link to another folder.
 *
 * @param {string} folder
 */
async function checkPlace(folder) {
  const real = await realpath(folder);
  if (isSamePath(real, folder)) return;
  throw new Error(`${folder} now leads to ${real}, which was not checked`);
}

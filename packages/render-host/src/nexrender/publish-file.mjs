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
 * 5. Sync the folder, then tell the daemon. Only then is the action done. ffprobe measures the
 *    source meanwhile (measure-outputs.mjs), and nothing here waits for it.
 */
import { existsSync, renameSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { startMeasuring } from '../outputs/measure-outputs.mjs';
import { isSamePath } from '../paths/same-path.mjs';
import { ask, send } from './child-channel.mjs';
import { copyAll } from './copy-synced.mjs';
import { createMove } from './create-move.mjs';
import { describeFile, describeFolder } from './moves.mjs';
import { giveToGroup } from './output-group.mjs';
import { AlreadyOut, GateClosed } from './publish-gate.mjs';
import { isPicture } from './sequence.mjs';
import { makeSyncedFolder, syncFolder } from './sync-folder.mjs';

/**
 * @typedef {object} Publication
 * @property {string} attemptId
 * @property {string | null} warning
 * @property {boolean} isLast nothing that leaves the host comes after it
 * @property {number} [releasedWithinMs] how long to retry while the output is open
 */

/** A file name may have 255 bytes, and a character may have 4. */
const LONGEST_NAME = 50;

/** @typedef {import('./moves.mjs').Move} Move */

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
  const measuring = startMeasuring({ kind: 'file', files: 1 }, source);
  const [copied] = await copyAll([{ source, name: basename(output), target: part }]);
  const { bytes = 0, sha256 = '' } = { ...copied };
  const move = await describeFile(part, output, sha256);
  await unlessOut(async () => {
    await moveOneByOne([{ from: part, to: output }], move, publication);
    await syncFolder(folder);
    const known = { kind: 'file', files: 1, bytes, sha256 };
    send({ type: 'published', path: output, part, output: known });
    measuring.tell(output);
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
  const kind = files.every(({ name }) => isPicture(name)) ? 'sequence' : 'files';
  const measuring = startMeasuring({ kind, files: files.length }, files[0]?.source ?? '');
  const copied = await copyAll(files.map((file) => ({ ...file, target: join(part, file.name) })));
  const bytes = copied.reduce((sum, file) => sum + file.bytes, 0);
  const output = { kind, files: files.length, bytes, sha256: null };
  await syncFolder(part);
  await unlessOut(async () => {
    if (isNew && (await moveWhole(part, folder, files, publication))) {
      await syncFolder(place);
      send({ type: 'published', path: folder, part, output });
      measuring.tell(folder);
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
    // The daemon removes the empty part.
    send({ type: 'published', path: folder, part: null, output });
    measuring.tell(folder);
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

// @ts-check
/** Reads the files beside an aerender: is it a stand-in, and does it have nexrender's script? */
import { access, constants, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openRegular, readRegular } from '../paths/open-regular.mjs';
import { SCRIPT } from './find-aerender.mjs';

/** @typedef {import('../looks/looks.mjs').At} At */

const load = createRequire(import.meta.url);
const STAND_IN = 'Renderdeck stand-in';
/** A compiled stand-in is smaller than this. */
const HEAD_BYTES = 1_000_000;

/**
 * Whether the file says that it is a stand-in. @param {At} at @param {string} aerender
 */
export async function isStandIn(at, aerender) {
  at(aerender);
  const head = await readRegular(aerender, { follow: true, head: true, mostBytes: HEAD_BYTES });
  return head.includes(STAND_IN);
}

/**
 * Whether After Effects has nexrender's script: of this version, of another version, or none.
 *
 * @param {At} at
 * @param {string} aerender
 * @returns {Promise<'patched' | 'outdated' | 'not patched'>}
 */
export async function findPatch(at, aerender) {
  const script = join(dirname(aerender), SCRIPT);
  at(script);
  // nexrender opens whatever is at this path, so only a regular file is accepted.
  await (await openRegular(script)).close();
  const { getPatchStatus, PATCH_STATUS } = load('@nexrender/core/src/helpers/patch');
  const status = getPatchStatus(aerender);
  if (status === PATCH_STATUS.PATCHED) return 'patched';
  return status === PATCH_STATUS.OUTDATED ? 'outdated' : 'not patched';
}

/**
 * Whether nexrender has prepared this aerender, or may do so: before the first render it makes a
 * backup of the startup script and writes its own script in its place. Null if so, else a sentence.
 * The answer is for the user that runs this look.
 *
 * @param {At} at
 * @param {string} aerender
 */
export async function findUnprepared(at, aerender) {
  const folder = dirname(aerender);
  try {
    if ((await findPatch(at, aerender)) === 'patched') return null;
    // Opens the file, because Windows checks the rights only at an open.
    await (await openRegular(join(folder, SCRIPT), { flags: constants.O_RDWR })).close();
    const backup = join(folder, 'Backup.Scripts', 'Startup');
    at(backup);
    await mkdir(backup, { recursive: true });
    await access(backup, constants.W_OK);
    return null;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const why = code === 'NOTREGULAR' && cause instanceof Error ? cause.message : code;
    return (
      `nexrender may not write its commandLineRenderer.jsx beside ${aerender} ` +
      `(${why}). Let an administrator run a render once.`
    );
  }
}

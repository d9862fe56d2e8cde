// @ts-check
/** What the files beside an aerender say: whether it is a stand-in, and nexrender's script. */
import { access, constants, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openRegular, readRegular } from '../paths/open-regular.mjs';
import { SCRIPT } from './find-aerender.mjs';

/** @typedef {import('../looks/looks.mjs').At} At */

const load = createRequire(import.meta.url);
const STAND_IN = 'Renderdeck stand-in';
/** More than a compiled stand-in has. */
const HEAD_BYTES = 1_000_000;

/**
 * A stand-in says in its file that it is one. @param {At} at @param {string} aerender
 */
export async function isStandIn(at, aerender) {
  at(aerender);
  const head = await readRegular(aerender, { follow: true, head: true, mostBytes: HEAD_BYTES });
  return head.includes(STAND_IN);
}

/**
 * Whether After Effects has nexrender's script: of this version, of another one, or not at all.
 *
 * @param {At} at
 * @param {string} aerender
 * @returns {Promise<'patched' | 'outdated' | 'not patched'>}
 */
export async function findPatch(at, aerender) {
  const script = join(dirname(aerender), SCRIPT);
  at(script);
  // nexrender opens whatever lies there.
  await (await openRegular(script)).close();
  const { getPatchStatus, PATCH_STATUS } = load('@nexrender/core/src/helpers/patch');
  const status = getPatchStatus(aerender);
  if (status === PATCH_STATUS.PATCHED) return 'patched';
  return status === PATCH_STATUS.OUTDATED ? 'outdated' : 'not patched';
}

/**
 * Whether nexrender has prepared this aerender, or may: it backs up its startup script and writes
 * its own in its place, before the first render. Null where it has or may, else a sentence. The
 * question is of the user that looks.
 *
 * @param {At} at
 * @param {string} aerender
 */
export async function findUnprepared(at, aerender) {
  const folder = dirname(aerender);
  try {
    if ((await findPatch(at, aerender)) === 'patched') return null;
    // Opened and not only asked for: Windows tells of rights only so.
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

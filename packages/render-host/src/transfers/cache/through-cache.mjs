// @ts-check
/**
 * Gets a file through the cache of the host, inside the render:
 *
 * 1. Ask the daemon, which answers when no other render of the host downloads this address. The
 *    answer names the version that the cache has, if it has one.
 * 2. Ask the server whether it still has this version. If so, the daemon gives the file a name in
 *    the job's folder: a link that nobody may write.
 * 3. If not, download the file. The daemon then makes it a file of the cache, and it stays here
 *    under its name, as a link.
 * 4. What After Effects may write, the project, gets a copy that is the render's own. The link has
 *    a name beside it.
 *
 * It knows nothing of servers: `download` gets the version that the cache has, and says which
 * version the server has.
 *
 * @typedef {object} Got
 * @property {boolean} isKnown the server has the version that the cache has
 * @property {string | null} version null: the server names none that is certain
 * @property {string | null} contentType
 *
 * @typedef {object} How
 * @property {string | null} known
 * @property {(version: string | null) => void} onVersion is called before the first byte
 *
 * @typedef {object} Wanted
 * @property {string | null} address null: not through the cache
 * @property {(path: string) => boolean} isWritten
 * @property {(contentType: string | null) => string} nameFile gives the path of the file
 * @property {(sentence: string) => void} log gets what the source does
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { askFor, send } from '../../nexrender/child-channel.mjs';

const WAITS = 'waits until another render of this host has downloaded it.';
const TELL_AFTER_MS = 1000;
/** The name of the link beside a copy. */
const LINK = '~cached';

/**
 * The hash of all that decides the content of an address: the address itself, and what is sent with
 * it. So a job without the same login finds nothing.
 *
 * @param {unknown} decides
 */
export function hashAddress(decides) {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(decides)))
    .digest('hex');
}

/**
 * The same value with the names of its fields in order.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function inOrder(value) {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => [name, inOrder(field)]);
}

/** Tells the daemon how many sources are downloaded. @param {number} sources */
export function beginSources(sources) {
  send({ type: 'cache', op: 'begin', sources });
}

/**
 * @param {Wanted} wanted
 * @param {(how: How) => Promise<Got>} download
 */
export async function throughCache(wanted, download) {
  const { address } = wanted;
  const about = { type: 'cache', address };
  if (address === null) {
    await download({ known: null, onVersion: () => undefined });
    return;
  }
  let hasTurn = true;
  const leave = (/** @type {false | null} */ isKept) => {
    if (hasTurn) send({ ...about, op: 'leave', isKept });
    hasTurn = false;
  };
  const onVersion = (/** @type {string | null} */ version) => {
    if (version === null) leave(false);
  };
  try {
    const waits = setTimeout(wanted.log, TELL_AFTER_MS, WAITS);
    const asked = askFor({ ...about, op: 'take' }).finally(() => clearTimeout(waits));
    const found = readFound(await asked);
    const first = await download({ known: found?.version ?? null, onVersion });
    const isGiven = first.isKnown && found !== null && (await take(about, found, wanted));
    if (isGiven) wanted.log(`was in the cache (version ${found.version.slice(0, 100)}).`);
    hasTurn &&= !isGiven;
    if (isGiven) return;
    // The file of the cache is gone, or somebody has changed it.
    const got = first.isKnown ? await download({ known: null, onVersion }) : first;
    if (got.version === null || !hasTurn) return;
    hasTurn = !(await keep(about, got, wanted));
  } finally {
    leave(null);
  }
}

/** @typedef {{ version: string, contentType: string | null }} Found */

/** @param {unknown} answer @returns {Found | null} */
function readFound(answer) {
  if (typeof answer !== 'object' || answer === null) return null;
  if (!('version' in answer) || typeof answer.version !== 'string') return null;
  const type = 'contentType' in answer ? answer.contentType : null;
  return { version: answer.version, contentType: typeof type === 'string' ? type : null };
}

/** @param {object} about @param {Found} found @param {Wanted} wanted */
async function take(about, { version, contentType }, { isWritten, nameFile }) {
  const path = nameFile(contentType);
  const link = isWritten(path) ? `${path}${LINK}` : path;
  const asked = { ...about, op: 'link', version, name: basename(link) };
  if ((await askFor(asked)) !== true) return false;
  if (link !== path) await copyAsOwn(link, path);
  return true;
}

/**
 * Offers a file to the cache. Returns whether that has ended the turn.
 *
 * @param {object} about @param {Got} got @param {Wanted} wanted
 */
async function keep(about, { version, contentType }, { isWritten, nameFile }) {
  const path = nameFile(contentType);
  const link = isWritten(path) ? `${path}${LINK}` : path;
  // Without the space for a copy, the file is only not kept.
  if (link !== path && !(await copyAsOwn(path, link).catch(() => false))) return false;
  await askFor({ ...about, op: 'keep', version, contentType, name: basename(link) });
  return true;
}

/** Makes a copy that this user may write. @param {string} from @param {string} to */
async function copyAsOwn(from, to) {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o644);
  return true;
}

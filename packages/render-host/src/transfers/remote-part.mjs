// @ts-check
/**
 * The text by which the daemon records a temporary upload, among the parts of an attempt: an
 * address for people, and all that its removal needs. It names no login.
 *
 * @typedef {import('./stores/store.ts').Place} Place
 * @typedef {{ place: Place, name: string, temporary: string }} RemotePart
 */
import { writeAddress } from './store-address.mjs';

const REMOTE = /^(s3|gs|ftps?|sftp|https?):\/\//;
const NOWHERE = { host: '', port: null, bucket: '', region: null, endpoint: null };

/** Whether the text of a part names an upload. @param {string} part */
export function isRemotePart(part) {
  return REMOTE.test(part);
}

/** @param {RemotePart} remote `place` is that of the final file */
export function writeRemotePart({ place, name, temporary }) {
  const key = [...place.key.split('/').slice(0, -1), name].join('/');
  const set = Object.entries(place).filter(([, value]) => value !== null && value !== '');
  const data = JSON.stringify({ place: Object.fromEntries(set.toSorted()), name, temporary });
  return `${writeAddress({ ...place, key })}?${new URLSearchParams({ part: data })}`;
}

/**
 * Null for a text that writeRemotePart did not make, or that names another file than the temporary
 * one: a render sends it, and this host would remove that file with its own login.
 *
 * @param {string} part
 */
export function readRemotePart(part) {
  try {
    const data = new URLSearchParams(part.slice(part.lastIndexOf('?'))).get('part') ?? '';
    const read = JSON.parse(data);
    /** @type {RemotePart} */
    const remote = { ...read, place: { ...NOWHERE, ...read.place } };
    return writeRemotePart(remote) === part && namesItsFile(remote) ? remote : null;
  } catch {
    return null;
  }
}

/** A bucket gets the number of an upload, which nobody else has. @param {RemotePart} remote */
function namesItsFile({ place: { bucket, key }, name, temporary }) {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  return bucket !== '' || temporary === `${folder}${name}`;
}

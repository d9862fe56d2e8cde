// @ts-check
/**
 * The text by which the daemon records a temporary upload, among the parts of an attempt: an
 * address for people, and all that the removal needs. It names no login.
 *
 * @typedef {import('./store.ts').Place} Place
 * @typedef {{ place: Place, name: string, temporary: string }} RemotePart
 */
import { writeAddress } from './store-address.mjs';

const REMOTE = /^(s3|gs|ftps?|sftp|https?):\/\//;

/** Whether the text of a part names an upload. @param {string} part */
export function isRemotePart(part) {
  return REMOTE.test(part);
}

/** @param {RemotePart} remote `place` is that of the final file */
export function writeRemotePart({ place, name, temporary }) {
  const key = [...place.key.split('/').slice(0, -1), name].join('/');
  const data = new URLSearchParams({ part: JSON.stringify({ place, name, temporary }) });
  return `${writeAddress({ ...place, key })}?${data}`;
}

/** Null if the text is not one of writeRemotePart. @param {string} part @returns {RemotePart | null} */
export function readRemotePart(part) {
  try {
    const data = new URLSearchParams(part.slice(part.lastIndexOf('?'))).get('part') ?? '';
    const remote = JSON.parse(data);
    return writeRemotePart(remote) === part ? remote : null;
  } catch {
    return null;
  }
}

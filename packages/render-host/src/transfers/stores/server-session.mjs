// @ts-check
/**
 * What the stores of FTP and SFTP share with server-store.mjs.
 *
 * @typedef {object} Session one connection. A method rejects with a TransferFailed or with an error
 * that `explain` can read
 * @property {Promise<unknown>} ready it has signed in
 * @property {() => boolean} isOpen
 * @property {() => void} close at once
 * @property {(cause: unknown) => TransferFailed} explain
 * @property {(path: string) => Promise<Found>} find rejects with NoSuchFile
 * @property {(path: string, from: number) => AsyncIterable<Uint8Array>} read
 * @property {(path: string, bytes: AsyncIterable<Uint8Array>) => Promise<void>} write rejects with
 * NoSuchFile if a folder may be missing
 * @property {(path: string) => Promise<void>} makeFolder of one level; it may exist
 * @property {(from: string, to: string, waits: (is: boolean) => void) => Promise<void>} rename
 * calls `waits` when it asks for the rename, and when the answer has come. Rejects with
 * RenameRefused if the server may not replace a file
 * @property {(path: string) => Promise<void>} remove a file, which may be missing
 *
 * @typedef {{ size: number | null, changedAt: string | null }} Found null: the server does not say
 */
import { TransferFailed } from '../transfer-failed.mjs';

/** What happened if a connection ended too early. */
export const CUT = 'the connection was cut';

export class NoSuchFile extends TransferFailed {}
export class RenameRefused extends TransferFailed {}

const LONGEST = 300;
/** Characters that a log or a terminal obeys, and ends of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/**
 * A text of a server as a part of a sentence: one line of at most 300 characters without control
 * characters, without a full stop and without these secrets.
 *
 * @param {string} text
 * @param {readonly (string | undefined)[]} secrets
 */
export function readServerText(text, secrets) {
  // The longest first: a secret may be a part of another one.
  const known = secrets.flatMap((one) => (one ? [one] : [])).sort((a, b) => b.length - a.length);
  const safe = known.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const line = safe
    .replace(UNSEEN, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ ?\.? ?$/, '')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

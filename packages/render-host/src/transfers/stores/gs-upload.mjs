// @ts-check
/**
 * Uploads a file to Google Cloud Storage as a resumable upload:
 *
 * 1. It begins the upload.
 * 2. It sends all bytes but the last ones, and sees how many the server has.
 * 3. `finish` sends the last ones with the checksum of the file, which the server compares. Only
 *    then the bucket has the file. Google forgets an upload that is not finished after a week, and
 *    asks no money for it.
 *
 * @typedef {import('./gs-requests.mjs').Answer} Answer
 *
 * @typedef {object} Target
 * @property {import('./gs-requests.mjs').Send} send
 * @property {string} path of the uploads of the bucket
 * @property {AbortSignal} signal
 *
 * @typedef {Parameters<import('./store.ts').Store['upload']>[2]} Options
 */
import { createHash, randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { TransferFailed } from '../transfer-failed.mjs';
import { readJson } from './gs-requests.mjs';
import { streamSlice } from './read-slice.mjs';

/** All requests but the last one send a multiple of this. */
const UNIT_BYTES = 256 * 1024;
/** Answers to the bytes of an upload: the server waits for more. */
const INCOMPLETE = 308;

/**
 * The addresses of the uploads of this process: whoever knows one may use it, so it stays here.
 *
 * @type {Map<string, Session>}
 */
const sessions = new Map();

/**
 * @param {Target} target
 * @param {string} path
 * @param {string} key
 * @param {Options} options
 * @returns {Promise<import('./store.ts').Uploaded>}
 */
export async function uploadFile(target, path, key, options) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const session = await begin(target, key, size, options);
    const temporary = JSON.stringify({ key, upload: randomUUID() });
    sessions.set(temporary, session);
    await options.onBegun(temporary);
    // At least one byte is left for the end.
    const early = size === 0 ? 0 : Math.floor((size - 1) / UNIT_BYTES) * UNIT_BYTES;
    const hash = createHash('md5');
    await sendEarly(target, { session, file, early, hash }, options);
    hash.update(await readLast(file, early, size));
    const proof = { session, path, early, size, md5: hash.digest('base64') };
    options.onSent(size - early);
    return { key, temporary, proof: JSON.stringify(proof) };
  } finally {
    await file.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} file
 * @param {number} early
 * @param {number} size
 */
async function readLast(file, early, size) {
  const last = Buffer.alloc(size - early);
  const { bytesRead } = await file.read(last, 0, last.length, early);
  if (bytesRead < last.length) throw new Error('The file became shorter during its upload');
  return last;
}

/**
 * @typedef {{ origin: string, path: string }} Session the address of this upload
 *
 * @param {Target} target
 * @param {string} key
 * @param {number} size
 * @param {Options} options
 * @returns {Promise<Session>}
 */
async function begin({ send, path }, key, size, options) {
  const { contentType = 'application/octet-stream', acl, ...more } = options;
  const { cacheControl, contentDisposition, metadata } = more;
  // The names of S3 and of Google: public-read and publicRead.
  const predefinedAcl = acl?.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const answer = await send({
    ...{ method: 'POST', path },
    query: { uploadType: 'resumable', name: key, ...(predefinedAcl ? { predefinedAcl } : {}) },
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': contentType,
      'x-upload-content-length': `${size}`,
    },
    body: JSON.stringify({ cacheControl, contentDisposition, metadata }),
  });
  answer.body.resume();
  const { location } = answer.headers;
  if (typeof location !== 'string' || !URL.canParse(location))
    throw new TransferFailed('the server gave the upload no address');
  const { origin, pathname, search } = new URL(location);
  return { origin, path: `${pathname}${search}` };
}

/**
 * @param {Target} target
 * @param {object} upload
 * @param {Session} upload.session
 * @param {import('node:fs/promises').FileHandle} upload.file
 * @param {number} upload.early so many bytes
 * @param {import('node:crypto').Hash} upload.hash gets them
 * @param {Options} options
 */
async function sendEarly({ send }, { session, file, early, hash }, { onSent }) {
  for (let has = 0, hashed = 0; has < early; ) {
    let at = has;
    const { body, check } = streamSlice(file, has, early - has, (chunk) => {
      // Bytes that the server did not keep come a second time.
      hash.update(chunk.subarray(Math.min(chunk.length, Math.max(0, hashed - at))));
      at += chunk.length;
      hashed = Math.max(hashed, at);
      onSent(chunk.length);
    });
    const headers = { 'content-length': `${early - has}`, 'content-range': '' };
    headers['content-range'] = `bytes ${has}-${early - 1}/*`;
    const put = { ...session, method: /** @type {const} */ ('PUT'), headers, body };
    const answer = await send({ ...put, isFine: isIncomplete }).catch((cause) => {
      check();
      throw cause;
    });
    body.destroy();
    const kept = countKept(answer);
    if (kept <= has || kept > early)
      throw new TransferFailed(`the server has ${kept} of the ${early} bytes that were sent`, {
        isPassing: true,
      });
    has = kept;
  }
}

/** @param {number} status */
function isIncomplete(status) {
  return status === INCOMPLETE;
}

/** How many bytes the server has. @param {Answer} answer */
function countKept({ headers, body }) {
  body.resume();
  const [, last] = /^bytes=0-(\d+)$/.exec(`${headers.range}`) ?? [];
  return last === undefined ? 0 : Number(last) + 1;
}

/**
 * Ends an upload of this process. Google forgets those of other processes itself.
 *
 * @param {Target} target
 * @param {string} temporary
 */
export async function endUpload({ send }, temporary) {
  const session = sessions.get(temporary);
  if (session === undefined) return;
  // 499: the upload is gone.
  const isFine = (/** @type {number} */ status) => [200, 204, 404, 410, 499].includes(status);
  const headers = { 'content-length': '0' };
  const answer = await send({ ...session, method: 'DELETE', headers, isFine });
  answer.body.resume();
  sessions.delete(temporary);
}

/**
 * A second call after a lost answer gets the first answer.
 *
 * @param {Target} target
 * @param {import('./store.ts').Uploaded} uploaded
 */
export async function finishFile({ send, signal }, { temporary, proof }) {
  const { session, path, early, size, md5 } = JSON.parse(proof);
  const file = await open(path);
  const last = await readLast(file, early, size).finally(() => file.close());
  const range = size === 0 ? '*' : `${early}-${size - 1}`;
  try {
    const answer = await send({
      ...{ ...session, method: 'PUT', body: last },
      headers: {
        ...{ 'content-length': `${last.length}`, 'content-range': `bytes ${range}/${size}` },
        'x-goog-hash': `md5=${md5}`,
      },
      isFine: (status) => status < 300 || status === INCOMPLETE,
    });
    if (answer.statusCode === INCOMPLETE) {
      answer.body.resume();
      throw new TransferFailed('the server waits for more bytes', { isPassing: true });
    }
    const { size: kept, md5Hash = md5 } = await readJson(answer, signal);
    if (Number(kept) !== size || md5Hash !== md5)
      throw new TransferFailed('the file on the server has another size or checksum');
    sessions.delete(temporary);
  } catch (cause) {
    if (!(cause instanceof TransferFailed)) throw cause;
    const { message, isPassing, waitMs } = cause;
    throw new TransferFailed(message, { isPassing, waitMs, isMaybe: isPassing });
  }
}

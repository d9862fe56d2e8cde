// @ts-check
/**
 * Downloads one file by http or https, in at most three tries.
 *
 * - Another try follows an answer 408, 429, 500, 502, 503 or 504, a connection that is refused or
 *   cut, and a file with a wrong length or checksum. Any other failure is final.
 * - It waits 1 s before the second try and 4 s before the third, or as long as Retry-After asks,
 *   but at most 60 s.
 * - If the server accepts ranges and names the version of the file (ETag, Last-Modified), the next
 *   try asks for the rest of this version only. If not, it asks for the whole file again.
 * - The failure tells the first answer.
 * - No time limit is here: the daemon ends a render that moves nothing.
 */
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { readChecksums } from './checksums.mjs';
import { openConnections, request } from './request.mjs';
import { asFailed, TransferFailed } from './transfer-failed.mjs';

const WAITS_MS = [1000, 4000];
const LONGEST_WAIT_MS = 60_000;
const PASSING = [408, 429, 500, 502, 503, 504];
/** A server may send these although the request asks for none of them. */
const DECODERS = new Map(
  Object.entries({
    ...{ gzip: createGunzip, 'x-gzip': createGunzip },
    ...{ deflate: createInflate, br: createBrotliDecompress },
  }),
);

/**
 * @typedef {object} Arrived what has arrived of the file
 * @property {string} path
 * @property {number} size
 * @property {number | null} total null: the server does not say
 * @property {string | null} version of the file on the server; null: the rest cannot be asked for
 * @property {import('./checksums.mjs').Checksum[]} checksums
 *
 * @typedef {object} How
 * @property {AbortSignal} signal
 * @property {(contentType: string | null) => string} nameFile gives the path of the file
 * @property {(sentence: string) => void} onRetry
 *
 * @typedef {import('./request.mjs').Answer} Answer
 * @typedef {import('./request.mjs').Params} Params
 */

/**
 * Throws a TransferFailed, the reason of the signal, or the error of a write.
 *
 * @param {string} src
 * @param {Params} params
 * @param {How} how
 */
export async function downloadFile(src, params, how) {
  /** @type {Arrived} */
  const arrived = { path: '', size: 0, total: null, version: null, checksums: [] };
  let first = '';
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryOnce(src, params, arrived, how);
    } catch (cause) {
      if (!(cause instanceof TransferFailed)) throw cause;
      const { message, isPassing, waitMs } = cause;
      first ||= message;
      const pauseMs = WAITS_MS[tries - 1];
      if (!isPassing || pauseMs === undefined)
        throw new TransferFailed(writeEnd(first, isPassing ? first : message, tries));
      const nextMs = Math.min(waitMs ?? pauseMs, LONGEST_WAIT_MS);
      const asked = waitMs === null ? '' : ', as Retry-After asks';
      const left = `try ${tries + 1} of ${WAITS_MS.length + 1} in ${nextMs / 1000} s${asked}`;
      how.onRetry(`${message}; ${left}.`);
      await delay(nextMs, undefined, { signal: how.signal });
    }
  }
}

/** @param {string} first @param {string} last if another one @param {number} tries */
function writeEnd(first, last, tries) {
  if (tries === 1) return first;
  return `${first} (${tries} tries${last === first ? '' : `; the last: ${last}`})`;
}

/**
 * @param {string} src
 * @param {Params} params
 * @param {Arrived} arrived
 * @param {How} how
 */
async function tryOnce(src, params, arrived, { signal, nameFile }) {
  let isLonger = false;
  const dispatcher = await openConnections(params, (error) => {
    // More bytes than the Content-Length look like another answer, which nobody asked for.
    isLonger ||= error.name === 'HTTPParserError' || error.message === 'bad response';
  });
  try {
    const { version, size } = arrived;
    const rest = version === null ? {} : { range: `bytes=${size}-`, 'if-range': version };
    const answer = await request(src, params, rest, { dispatcher, signal }).catch((cause) => {
      signal.throwIfAborted();
      throw asFailed(cause, 'the server closed the connection without an answer');
    });
    answer.body.on('error', () => undefined);
    begin(answer, params, arrived, nameFile);
    await receive(answer, arrived, signal);
    check(arrived, isLonger);
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * Prepares `arrived` for the bytes of this answer: the rest of the file, or the whole file.
 *
 * @param {Answer} answer
 * @param {Params} params
 * @param {Arrived} arrived
 * @param {How['nameFile']} nameFile
 */
function begin({ statusCode, statusText, headers }, params, arrived, nameFile) {
  const says = `the server answered ${`${statusCode} ${statusText}`.trim()}`;
  if (arrived.version !== null && statusCode === 206) {
    const range = `${headers['content-range']}`;
    const [, from, total = '*'] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
    const isSameFile = total === '*' || arrived.total === null || Number(total) === arrived.total;
    if (Number(from) === arrived.size && isSameFile) return;
    startAgain(arrived, `the server answered with the range ${range}, which was not asked for`);
  }
  if (arrived.version !== null && statusCode === 416) startAgain(arrived, says);
  if (statusCode < 200 || statusCode > 299)
    throw new TransferFailed(says, {
      isPassing: PASSING.includes(statusCode),
      waitMs: readRetryAfter(headers['retry-after']),
    });
  const isEncoded = DECODERS.has(`${headers['content-encoding']}`);
  const isWhole = statusCode === 200 && !isEncoded;
  const length = headers['content-length'];
  const isPlain = isWhole && (params.method ?? 'GET').toUpperCase() === 'GET';
  const type = headers['content-type'];
  Object.assign(arrived, {
    path: nameFile(typeof type === 'string' ? type : null),
    size: 0,
    total: isEncoded || length === undefined ? null : Number(length),
    version: isPlain ? readVersion(headers) : null,
    checksums: readChecksums(isWhole ? headers : {}, params.integrity),
  });
}

/** @param {Arrived} arrived @param {string} why @returns {never} */
function startAgain(arrived, why) {
  Object.assign(arrived, { size: 0, version: null });
  throw new TransferFailed(why, { isPassing: true });
}

/**
 * What If-Range needs: a strong ETag, or a time that is clearly before this answer.
 *
 * @param {Answer['headers']} headers
 */
function readVersion({ etag, date, ...headers }) {
  if (headers['accept-ranges'] !== 'bytes') return null;
  if (typeof etag === 'string' && !etag.startsWith('W/')) return etag;
  const modified = headers['last-modified'];
  const isBefore = Date.parse(`${date}`) - Date.parse(`${modified}`) >= 1000;
  return typeof modified === 'string' && isBefore ? modified : null;
}

/** The wait, from seconds or a time. @param {string | string[] | undefined} value */
function readRetryAfter(value) {
  if (typeof value !== 'string') return null;
  const waitMs = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}

/** @param {Answer} answer @param {Arrived} arrived @param {AbortSignal} signal */
async function receive(answer, arrived, signal) {
  const file = await open(arrived.path, arrived.size === 0 ? 'w' : 'a');
  try {
    for await (const chunk of readBody(answer, arrived, signal)) {
      await file.appendFile(chunk);
      arrived.size += chunk.length;
      for (const { hash } of arrived.checksums) hash.update(chunk);
    }
  } finally {
    await file.close();
  }
}

/** @param {Answer} answer @param {Arrived} arrived @param {AbortSignal} signal */
async function* readBody({ body, headers }, arrived, signal) {
  const decode = DECODERS.get(`${headers['content-encoding']}`);
  try {
    yield* decode === undefined ? body : pipeline(body, decode(), () => undefined);
  } catch (cause) {
    signal.throwIfAborted();
    throw asFailed(cause, `the connection was cut after ${writeSize(arrived)}`);
  }
}

/** @param {Arrived} arrived @param {boolean} isLonger */
function check(arrived, isLonger) {
  const { size, total, checksums } = arrived;
  if (total !== null && size < total)
    throw new TransferFailed(`the server sent only ${writeSize(arrived)}`, { isPassing: true });
  if (isLonger || (total !== null && size > total))
    startAgain(arrived, `the server sent more than the ${total ?? size} bytes that it announced`);
  for (const { hash, wanted, whose } of checksums)
    if (!wanted.includes(hash.digest('base64')))
      startAgain(arrived, `the file does not have the checksum of ${whose}`);
}

/** @param {Arrived} arrived */
function writeSize({ size, total }) {
  return total === null ? `${size} bytes` : `${size} of ${total} bytes`;
}

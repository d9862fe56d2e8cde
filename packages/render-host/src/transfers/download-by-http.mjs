// @ts-check
/**
 * Downloads one file by http or https, with the tries of tries.mjs.
 *
 * - Another try follows an answer 408, 429, 500, 502, 503 or 504, a connection that is refused or
 *   cut, and a file with a wrong length or checksum.
 * - If the server accepts ranges and names the version of the file (ETag, Last-Modified), the next
 *   try asks for the rest of this version only. If not, it asks for the whole file again.
 * - If the cache of the host has a version (`known`), it asks for another one only.
 */
import { pipeline } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { checkWhole, nothingArrived, receive, startAgain, writeSize } from './arrived.mjs';
import { readChecksums } from './checksums.mjs';
import { mayPass, readRetryAfter } from './http-answers.mjs';
import { openConnections, request } from './request.mjs';
import { asFailed, TransferFailed } from './transfer-failed.mjs';
import { withTries } from './tries.mjs';

/** A server may send these although the request asks for none of them. */
const DECODERS = new Map(
  Object.entries({
    ...{ gzip: createGunzip, 'x-gzip': createGunzip },
    ...{ deflate: createInflate, br: createBrotliDecompress },
  }),
);

/**
 * @typedef {object} How
 * @property {AbortSignal} signal
 * @property {(contentType: string | null) => string} nameFile gives the path of the file
 * @property {(sentence: string) => void} onRetry
 * @property {string | null} known a version that need not come
 * @property {(version: string | null) => void} onVersion gets what the cache may keep it as
 * @property {import('./report-transfers.mjs').Transfer} transfer
 *
 * @typedef {import('./arrived.mjs').Arrived} Arrived
 * @typedef {import('./request.mjs').Answer} Answer
 * @typedef {import('./request.mjs').Params} Params
 */

/**
 * Throws a TransferFailed, the reason of the signal, or the error of a write.
 *
 * @param {string} src
 * @param {Params} params
 * @param {Readonly<Record<string, string>>} login headers for this server only
 * @param {How} how
 * @returns {Promise<import('./cache/through-cache.mjs').Got>}
 */
export async function downloadByHttp(src, params, login, how) {
  const arrived = nothingArrived();
  const got = { isKnown: false, version: null, contentType: null };
  await withTries(() => tryOnce(src, { params, login }, { arrived, got }, how), how);
  return got;
}

/**
 * @param {string} src
 * @param {{ params: Params, login: Readonly<Record<string, string>> }} asked
 * @param {{ arrived: Arrived, got: import('./cache/through-cache.mjs').Got }} state
 * @param {How} how
 */
async function tryOnce(src, { params, login }, { arrived, got }, { signal, known, ...hooks }) {
  let isLonger = false;
  const dispatcher = await openConnections(params, (error) => {
    // More bytes than the Content-Length look like another answer, which nobody asked for.
    isLonger ||= error.name === 'HTTPParserError' || error.message === 'bad response';
  });
  try {
    const { version, size } = arrived;
    const other = known === null ? {} : { 'if-none-match': known };
    const rest = version === null ? other : { range: `bytes=${size}-`, 'if-range': version };
    const how = { dispatcher, signal };
    const answer = await request(src, params, { rest, login }, how).catch((cause) => {
      signal.throwIfAborted();
      throw asFailed(cause, 'the server closed the connection without an answer');
    });
    answer.body.on('error', () => undefined);
    got.isKnown = 'if-none-match' in rest && answer.statusCode === 304;
    if (got.isKnown) return;
    if (!begin(answer, params, arrived, hooks.nameFile)) {
      Object.assign(got, describeForCache(answer, params));
      hooks.onVersion(got.version);
    }
    await receive(readBody(answer, arrived, signal), arrived, hooks.transfer);
    checkWhole(arrived, isLonger);
  } finally {
    await dispatcher.destroy();
  }
}

/**
 * Prepares `arrived` for the bytes of this answer: the rest of the file, or the whole file. Returns
 * whether it is the rest.
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
    if (Number(from) === arrived.size && isSameFile) return true;
    startAgain(arrived, `the server answered with the range ${range}, which was not asked for`);
  }
  if (arrived.version !== null && statusCode === 416) startAgain(arrived, says);
  if (statusCode < 200 || statusCode > 299)
    throw new TransferFailed(says, {
      isPassing: mayPass(statusCode),
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
  return false;
}

/**
 * The cache may keep a plain answer with a strong ETag, unless the server forbids it.
 *
 * @param {Answer} answer @param {Params} params
 */
function describeForCache({ statusCode, headers }, params) {
  const { etag, 'content-type': type, 'content-encoding': encoding = 'identity' } = headers;
  const isPlain = statusCode === 200 && encoding === 'identity' && canBeKept(params);
  const isForbidden = /\bno-store\b/i.test(`${headers['cache-control']}`);
  const isStrong = typeof etag === 'string' && /^"[^"]*"$/.test(etag);
  return {
    version: isPlain && isStrong && !isForbidden ? etag : null,
    contentType: typeof type === 'string' ? type : null,
  };
}

/** Whether the answer to such a request may be kept. @param {Params} params */
export function canBeKept({ method = 'GET', body, cache }) {
  return method.toUpperCase() === 'GET' && !body && cache !== 'no-store';
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

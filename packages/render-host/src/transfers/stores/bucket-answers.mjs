// @ts-check
/**
 * The requests to a bucket of S3 or Google Cloud Storage: their connections, and what an answer
 * that is no success means.
 */
import { STATUS_CODES } from 'node:http';
import { setImmediate as laterEvents } from 'node:timers/promises';
import { mayPass, readRetryAfter } from '../http-answers.mjs';
import { openConnections } from '../request.mjs';
import { asFailed, TransferFailed } from '../transfer-failed.mjs';

/** What happened if the connection was cut before the answer. */
export const NO_ANSWER = 'the server closed the connection without an answer';

/**
 * @typedef {object} Connections
 * @property {import('undici').Dispatcher} dispatcher
 * @property {() => number} countSurplus how often a server sent more than it had announced
 * @property {() => Promise<void>} close ends all connections at once
 */

/**
 * Opens the connections of a store, through the proxies of the environment.
 *
 * @param {import('./store.ts').Access} access
 * @returns {Promise<Connections>}
 */
export async function openBucketConnections({ strictSSL, ca }) {
  let surplus = 0;
  const tls = { ...(strictSSL === undefined ? {} : { strictSSL }), ...(ca ? { ca } : {}) };
  const dispatcher = await openConnections(tls, ({ name, message }) => {
    // More bytes than the Content-Length look like another answer, which nobody asked for.
    if (name === 'HTTPParserError' || message === 'bad response') surplus += 1;
  });
  return {
    dispatcher,
    countSurplus: () => surplus,
    close: () => dispatcher.destroy().catch(() => undefined),
  };
}

/**
 * Makes a failed try of an answer.
 *
 * @param {number} status
 * @param {string | undefined} code the server's word for the failure
 * @param {Record<string, unknown>} headers
 * @param {boolean} [isPassing] for this code
 */
export function asRefused(status, code, headers, isPassing = mayPass(status)) {
  const text = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const named = code !== undefined && /^[A-Za-z]\w*$/.test(code) ? ` (${code})` : '';
  const waitMs = readRetryAfter(headers['retry-after']);
  return new TransferFailed(`the server answered ${text}${named}`, { isPassing, waitMs });
}

/**
 * The bytes from `from` on, of an answer that may have all bytes instead.
 *
 * @param {import('node:stream').Readable} body
 * @param {object} answer
 * @param {number} answer.from
 * @param {string | undefined} answer.range
 * @param {number | undefined} answer.length
 * @param {Connections} connections
 * @param {AbortSignal} signal
 */
export function readRest(body, { from, range = '', length = Number.NaN }, connections, signal) {
  const [, begin] = /^bytes (\d+)-/.exec(range) ?? [];
  if (begin !== undefined && Number(begin) !== from) {
    body.destroy();
    const why = 'the server sent another range than the one asked for';
    throw new TransferFailed(why, { isPassing: true });
  }
  const skip = begin === undefined ? from : 0;
  const announced = Number.isNaN(length) ? null : length;
  return readBody(body, { length: announced, skip, connections, signal });
}

/**
 * The bytes of an answer. Fails if they are fewer or more than the server announced.
 *
 * @param {AsyncIterable<Uint8Array>} body
 * @param {object} how
 * @param {number | null} how.length what the server announced
 * @param {number} how.skip so many bytes are left out
 * @param {Connections} how.connections
 * @param {AbortSignal} how.signal
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* readBody(body, { length, skip, connections, signal }) {
  const before = connections.countSurplus();
  let size = 0;
  const write = () => (length === null ? `${size} bytes` : `${size} of ${length} bytes`);
  try {
    for await (const chunk of body) {
      const rest = chunk.subarray(Math.min(chunk.length, Math.max(0, skip - size)));
      size += chunk.length;
      if (rest.length > 0) yield rest;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw asFailed(cause, `the connection was cut after ${write()}`);
  }
  if (length !== null && size < length)
    throw new TransferFailed(`the server sent only ${write()}`, { isPassing: true });
  // undici looks at what follows in the next turn, and tells the end of the connection after it.
  for (let turn = 0; turn < 3; turn += 1) await laterEvents();
  if (connections.countSurplus() > before)
    throw new TransferFailed(`the server sent more than the ${length} bytes that it announced`, {
      isPassing: true,
    });
}

/** The file has another content than the one that was described. */
export function asChanged() {
  return new TransferFailed('the file on the server has changed', { isPassing: true });
}

/**
 * Waits for `work`, but not beyond the abort of the signal. For libraries that take no signal.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
export async function untilAborted(work, signal) {
  signal.throwIfAborted();
  /** @type {() => void} */
  let stop = () => undefined;
  /** @type {Promise<never>} */
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

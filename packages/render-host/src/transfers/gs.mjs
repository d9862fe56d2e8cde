// @ts-check
/**
 * A bucket of Google Cloud Storage, by its JSON API. Google's library of the logins is used, but
 * not the one of the storage: that one takes no signal, no CA and no time for its own waits, and an
 * abort would leave its sockets open. An upload is a resumable upload; see gs-upload.mjs.
 *
 * @typedef {import('./bucket-answers.mjs').Connections} Connections
 * @typedef {import('./store.ts').StoredFile} StoredFile
 */
import {
  asChanged,
  asRefused,
  NO_ANSWER,
  openBucketConnections,
  readBody,
} from './bucket-answers.mjs';
import { findLogin, readOrigin } from './gs-login.mjs';
import { uploadFile } from './gs-upload.mjs';
import { asFailed, TransferFailed } from './transfer-failed.mjs';

const FIELDS = 'size,generation,contentType,contentEncoding,md5Hash,crc32c';
/** An answer that is no success, and its text, are read up to here. */
const MOST_ERROR_BYTES = 64 * 1024;

/**
 * @typedef {object} Call
 * @property {import('undici').Dispatcher.HttpMethod} method
 * @property {string} path in front of it comes the address of the store, unless `origin` is given
 * @property {string} [origin]
 * @property {Record<string, string>} [query]
 * @property {Record<string, string>} [headers]
 * @property {import('undici').Dispatcher.DispatchOptions['body']} [body]
 * @property {(status: number) => boolean} [isFine]
 *
 * @typedef {import('undici').Dispatcher.ResponseData} Answer
 * @typedef {(call: Call) => Promise<Answer>} Send
 */

/** @type {import('./store.ts').OpenStore} */
export async function openStore(place, access, how) {
  const { signal } = how;
  signal.throwIfAborted();
  const connections = await openBucketConnections(access);
  const login = await findLogin(place, access, how).catch(async (cause) => {
    await connections.close();
    throw cause;
  });
  const send = createSend(place, login, connections, signal);
  const bucket = `b/${encodeURIComponent(place.bucket)}/o`;
  const pathOf = (/** @type {string} */ key) => `/storage/v1/${bucket}/${encodeURIComponent(key)}`;
  /** @type {Map<string, () => Promise<void>>} */
  const uploads = new Map();
  return {
    async describe(key) {
      const answer = await send({ method: 'GET', path: pathOf(key), query: { fields: FIELDS } });
      return readDescription(await readJson(answer, signal));
    },
    async read(key, from, version) {
      const query = { alt: 'media', ...(version === null ? {} : { ifGenerationMatch: version }) };
      const headers = from === 0 ? {} : { range: `bytes=${from}-` };
      const isFine = (/** @type {number} */ status) => status < 300 || status === 412;
      const answer = await send({ method: 'GET', path: pathOf(key), query, headers, isFine });
      const { statusCode, headers: sent, body } = answer;
      if (statusCode === 412) {
        body.destroy();
        throw asChanged();
      }
      const [, begin] = /^bytes (\d+)-/.exec(`${sent['content-range']}`) ?? [];
      if (begin !== undefined && Number(begin) !== from) {
        body.destroy();
        throw new TransferFailed('the server sent another range than the one asked for', {
          isPassing: true,
        });
      }
      const length = sent['content-length'] === undefined ? null : Number(sent['content-length']);
      const skip = begin === undefined ? from : 0;
      return readBody(body, { length, skip, connections, signal });
    },
    async upload(path, key, options) {
      const target = { send, path: `/upload/storage/v1/${bucket}`, key, signal };
      return uploadFile(target, path, {
        ...options,
        async onBegun(temporary, end) {
          uploads.set(temporary, end);
          await options.onBegun(temporary);
        },
      });
    },
    async remove(temporary) {
      await uploads.get(temporary)?.();
      uploads.delete(temporary);
    },
    close: () => connections.close(),
  };
}

/**
 * @param {import('./store.ts').Place} place
 * @param {() => Promise<Record<string, string>>} login
 * @param {Connections} connections
 * @param {AbortSignal} signal
 * @returns {Send}
 */
function createSend(place, login, { dispatcher }, signal) {
  const own = readOrigin(place);
  const prefix = own.pathname.replace(/\/$/, '');
  return async ({ method, path, origin, query = {}, headers = {}, body = null, isFine }) => {
    const search = `${new URLSearchParams(query)}`;
    // The address of an upload says all that the server has to know.
    const known = origin === undefined ? await login() : {};
    const answer = await dispatcher
      .request({
        ...{ method, body, signal, headersTimeout: 0, bodyTimeout: 0 },
        origin: origin ?? own.origin,
        path: `${origin === undefined ? prefix : ''}${path}${search === '' ? '' : `?${search}`}`,
        headers: {
          'user-agent': 'renderdeck',
          'accept-encoding': 'identity',
          ...known,
          ...headers,
        },
      })
      .catch((cause) => {
        signal.throwIfAborted();
        throw asFailed(cause, NO_ANSWER);
      });
    answer.body.on('error', () => undefined);
    const { statusCode } = answer;
    if (isFine === undefined ? statusCode < 300 : isFine(statusCode)) return answer;
    throw asRefused(statusCode, await readReason(answer), answer.headers);
  };
}

/** @param {Answer} answer @param {AbortSignal} signal */
export async function readJson({ body }, signal) {
  const text = await body.text().catch((cause) => {
    signal.throwIfAborted();
    throw asFailed(cause, NO_ANSWER);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new TransferFailed('the server sent an answer that Google Cloud Storage does not send');
  }
}

/** The word for the failure: the answer is in JSON, or in XML, or in neither. @param {Answer} answer */
async function readReason({ body }) {
  let text = '';
  try {
    for await (const chunk of body) {
      text += chunk;
      if (text.length > MOST_ERROR_BYTES) break;
    }
    const { error } = JSON.parse(text);
    return String(error?.errors?.[0]?.reason ?? error?.status);
  } catch {
    return /<Code>(\w+)<\/Code>/.exec(text)?.[1];
  }
}

/**
 * @param {Record<string, string | undefined>} stored
 * @returns {StoredFile}
 */
function readDescription(stored) {
  const { size, generation, contentType = null, contentEncoding, md5Hash, crc32c } = stored;
  // The server unpacks it, so the size, the checksums and the ranges are those of other bytes.
  if (contentEncoding === 'gzip') return { size: null, version: null, contentType, sums: [] };
  const sums = Object.entries({ md5: md5Hash, crc32c }).flatMap(([algorithm, value]) =>
    value === undefined
      ? []
      : [{ algorithm, value, whose: algorithm === 'md5' ? 'md5Hash' : algorithm }],
  );
  const known = size === undefined ? null : Number(size);
  return { size: known, version: generation ?? null, contentType, sums };
}

// @ts-check
/**
 * The requests to the JSON API of Google Cloud Storage.
 *
 * @typedef {import('./bucket-answers.mjs').Connections} Connections
 */

import { asFailed, TransferFailed } from '../transfer-failed.mjs';
import { asRefused, NO_ANSWER } from './bucket-answers.mjs';
import { readOrigin } from './gs-login.mjs';

/** The text of a failure is read up to here. */
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

/**
 * @param {import('./store.ts').Place} place
 * @param {() => Promise<Record<string, string>>} login
 * @param {Connections} connections
 * @param {AbortSignal} signal
 * @returns {Send}
 */
export function createSend(place, login, { dispatcher }, signal) {
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

/** The word for the failure, from JSON or XML. @param {Answer} answer */
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

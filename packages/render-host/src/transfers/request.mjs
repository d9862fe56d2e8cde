// @ts-check
/**
 * One request of a download. The guard of the render (guard-connections.mjs) sees each connection:
 * to the address, after each redirect, and to a proxy.
 *
 * @typedef {object} Params what a source may set: as nexrender reads them
 * @property {Record<string, string>} [headers]
 * @property {string} [method]
 * @property {string} [body]
 * @property {string} [proxy] in place of the proxies of the environment
 * @property {string} [noProxy]
 * @property {boolean} [strictSSL] false: accept any certificate
 * @property {string} [ca]
 * @property {string} [cert]
 * @property {string} [key]
 * @property {string} [cache] `no-store`: not through the cache of the host
 * @property {string} [integrity] checksums of the file, such as `sha256-…`
 *
 * @typedef {import('undici').Dispatcher.ResponseData} Answer
 */
import { TransferFailed } from './transfer-failed.mjs';

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 20;
const SENT = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'renderdeck' };

/**
 * Opens the connections of one try, through the proxies of the source or of the environment. They
 * have no time limit: the daemon ends a download that moves nothing.
 *
 * @param {Params} params
 * @param {(error: Error) => void} onClosed
 */
export async function openConnections({ proxy, noProxy, strictSSL, ca, cert, key }, onClosed) {
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  const tls = { ca, cert, key, rejectUnauthorized: strictSSL !== false };
  const given = Object.entries(tls).filter(([, value]) => value !== undefined && value !== null);
  const connect = { ...Object.fromEntries(given), timeout: 0 };
  return new EnvHttpProxyAgent({
    ...{ connect, requestTls: connect, proxyTunnel: false },
    ...(proxy ? { httpProxy: proxy, httpsProxy: proxy } : {}),
    ...(noProxy ? { noProxy: String(noProxy) } : {}),
    factory: (origin, options) =>
      new Pool(origin, options).on('disconnect', (_origin, _pools, error) => onClosed(error)),
  });
}

/**
 * Sends the request and follows redirects. What the job or the host gave (headers, a login, a body)
 * goes to the first server only: to its scheme, name and port.
 *
 * @param {string} src
 * @param {Params} params
 * @param {{ rest: Record<string, string>, login: Readonly<Record<string, string>> }} more further
 * headers; `rest` goes to each server
 * @param {{ dispatcher: import('undici').Dispatcher, signal: AbortSignal }} how
 * @returns {Promise<Answer>}
 */
export async function request(src, params, { rest, login }, how) {
  const { request: send } = await import('undici');
  let url = new URL(src);
  let { method = 'GET', body = null } = params;
  let given = { ...readHeaders(params.headers), ...readHeaders(login) };
  for (let count = 0; ; count += 1) {
    if (url.username !== '') given.authorization = writeLogin(url);
    const answer = await send(new URL(url.pathname + url.search, url.origin), {
      ...how,
      ...{ method: /** @type {import('undici').Dispatcher.HttpMethod} */ (method.toUpperCase()) },
      ...{ body, headersTimeout: 0, bodyTimeout: 0 },
      headers: { ...SENT, ...given, ...rest },
    });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.statusCode) || typeof location !== 'string') return answer;
    answer.body.on('error', () => undefined).destroy();
    if (count === MOST_REDIRECTS)
      throw new TransferFailed(`the server redirected more than ${MOST_REDIRECTS} times`);
    const next = new URL(location, url);
    if (answer.statusCode === 303 || (answer.statusCode < 303 && method === 'POST')) {
      method = 'GET';
      body = null;
    }
    if (next.origin !== url.origin) {
      if (url.protocol === 'https:' && next.protocol !== 'https:')
        throw new TransferFailed('the server redirected from https to http');
      if (body !== null)
        throw new TransferFailed('the server redirected a request with a body to another server');
      given = {};
    }
    url = next;
  }
}

/** @param {Params['headers']} given @returns {Record<string, string>} */
function readHeaders(given) {
  return Object.fromEntries(new Headers(given ?? {}));
}

/** @param {URL} url */
function writeLogin({ username, password }) {
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(login).toString('base64')}`;
}

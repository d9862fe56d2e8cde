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
 * Sends the request and follows redirects. A redirect to another host gets no login.
 *
 * @param {string} src
 * @param {Params} params
 * @param {{ rest: Record<string, string>, login: Readonly<Record<string, string>> }} more further
 * headers; `login` goes to the first server only
 * @param {{ dispatcher: import('undici').Dispatcher, signal: AbortSignal }} how
 * @returns {Promise<Answer>}
 */
export async function request(src, params, { rest, login }, how) {
  const { request: send } = await import('undici');
  let url = new URL(src);
  const { origin } = url;
  let { method = 'GET', body = null } = params;
  /** @type {Record<string, string>} */
  const headers = { ...SENT, ...readHeaders(params.headers), ...rest };
  for (let count = 0; ; count += 1) {
    if (url.username !== '') headers.authorization = writeLogin(url);
    const answer = await send(new URL(url.pathname + url.search, url.origin), {
      ...how,
      ...{ method: /** @type {import('undici').Dispatcher.HttpMethod} */ (method.toUpperCase()) },
      ...{ body, headersTimeout: 0, bodyTimeout: 0 },
      headers: url.origin === origin ? { ...headers, ...readHeaders(login) } : headers,
    });
    const { location } = answer.headers;
    if (!REDIRECTS.includes(answer.statusCode) || typeof location !== 'string') return answer;
    answer.body.on('error', () => undefined).destroy();
    if (count === MOST_REDIRECTS)
      throw new TransferFailed(`the server redirected more than ${MOST_REDIRECTS} times`);
    const next = new URL(location, url);
    if (next.hostname !== url.hostname) {
      delete headers.authorization;
      delete headers.cookie;
    }
    if (answer.statusCode === 303 || (answer.statusCode < 303 && method === 'POST')) {
      method = 'GET';
      body = null;
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

// @ts-check
/**
 * The SDK's client of S3, with our own connections: the proxies of the environment, a CA, no time
 * limit, and the guard of the render are the same as for a download by http.
 *
 * @typedef {import('./bucket-answers.mjs').Connections} Connections
 * @typedef {import('./store.ts').Access} Access
 * @typedef {Parameters<import('./store.ts').OpenStore>[2]} How
 */

import { asFailed, TransferFailed } from '../transfer-failed.mjs';
import { asRefused, NO_ANSWER, untilAborted } from './bucket-answers.mjs';
import { readOfAmazon, silenceAmazon } from './config.mjs';

/** Codes whose status does not say that another try may help. */
const PASSING = [
  ...['RequestTimeout', 'RequestTimeTooSkewed', 'OperationAborted', 'IncompleteBody'],
  ...['BadDigest', 'XAmzContentSHA256Mismatch', 'SlowDown', 'InternalError', 'ServiceUnavailable'],
];

/** The SDK's own place for this is the console. */
const SILENT = {
  ...{ trace: () => undefined, debug: () => undefined, info: () => undefined },
  ...{ warn: () => undefined, error: () => undefined },
};

/**
 * @param {import('./store.ts').Place} place
 * @param {Access} access
 * @param {How} how
 * @param {Connections} connections
 */
export async function openClient(place, access, { signal, onNote }, connections) {
  silenceAmazon();
  const { S3Client } = await import('@aws-sdk/client-s3');
  let known = place.region || readOfAmazon().region || 'us-east-1';
  // The SDK follows for one request, and would send the stream of a part twice.
  const region = () => Promise.resolve(known);
  const requestHandler = await createHandler(connections, signal, (found) => {
    known = found;
  });
  // Our callers repeat.
  const shared = { region, requestHandler, maxAttempts: 1, logger: SILENT };
  const own = {
    ...shared,
    followRegionRedirects: true,
    // undici cannot wait for the answer 100.
    expectContinueHeader: false,
    // Other makers' servers do not know the SDK's own checksums.
    requestChecksumCalculation: /** @type {const} */ ('WHEN_REQUIRED'),
    responseChecksumValidation: /** @type {const} */ ('WHEN_REQUIRED'),
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint, forcePathStyle: true }),
  };
  const { login, isGiven } = await findLogin(access, shared);
  const client = new S3Client({ ...own, ...(login === undefined ? {} : { credentials: login }) });
  try {
    await untilAborted(client.config.credentials(), signal);
    return client;
  } catch (cause) {
    client.destroy();
    signal.throwIfAborted();
    if (isGiven) throw asLoginFailed(cause, signal);
    onNote('No login for S3 was found, so the requests are sent without one.');
    const nobody = { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' };
    return new S3Client({ ...own, credentials: nobody, signer: { sign: async (one) => one } });
  }
}

/**
 * @typedef {import('@aws-sdk/client-s3').S3ClientConfig['credentials']} Login
 *
 * @param {Access} access
 * @param {{ region: () => Promise<string> }} clientConfig of the clients that ask for a login
 * @returns {Promise<{ login: Login, isGiven: boolean }>} without a login: as the SDK finds one
 */
async function findLogin(access, clientConfig) {
  const { accessKeyId, secretAccessKey, sessionToken, profile, roleArn } = access;
  const { fromIni, fromNodeProviderChain, fromTemporaryCredentials } = await import(
    '@aws-sdk/credential-providers'
  );
  const keys = readKeys(accessKeyId, secretAccessKey, sessionToken);
  const known = readOfAmazon();
  const old = known.profile ? undefined : readKeys(known.id, known.secret);
  const own = keys ?? (profile ? fromIni({ profile, clientConfig }) : undefined);
  const login = own ?? old ?? fromNodeProviderChain({ clientConfig });
  if (!roleArn) return { login, isGiven: own !== undefined };
  const { roleSessionName = 'renderdeck', externalId } = access;
  const params = {
    ...{ RoleArn: roleArn, RoleSessionName: roleSessionName },
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  };
  const role = fromTemporaryCredentials({ masterCredentials: login, params, clientConfig });
  return { login: role, isGiven: true };
}

/**
 * @param {string} [accessKeyId]
 * @param {string} [secretAccessKey]
 * @param {string} [sessionToken]
 */
function readKeys(accessKeyId, secretAccessKey, sessionToken) {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

/**
 * @param {Connections} connections
 * @param {AbortSignal} signal
 * @param {(region: string) => void} onRegion gets the region of the bucket if it is another one
 * @returns {Promise<import('@smithy/core/protocols').HttpHandler<object>>}
 */
async function createHandler({ dispatcher }, signal, onRegion) {
  const { buildQueryString, HttpResponse } = await import('@smithy/core/protocols');
  return {
    async handle(request, { abortSignal } = {}) {
      const { protocol, hostname, port, path, body } = request;
      const query = buildQueryString(request.query);
      const {
        statusCode,
        headers,
        body: answer,
      } = await dispatcher.request({
        origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
        path: query === '' ? path : `${path}?${query}`,
        method: /** @type {import('undici').Dispatcher.HttpMethod} */ (request.method),
        ...{ headers: request.headers, body, headersTimeout: 0, bodyTimeout: 0 },
        signal: /** @type {AbortSignal | undefined} */ (abortSignal) ?? signal,
      });
      answer.on('error', () => undefined);
      const found = headers['x-amz-bucket-region'];
      if (statusCode >= 300 && typeof found === 'string') onRegion(found);
      const response = { statusCode, headers: flatten(headers), body: answer };
      return { response: new HttpResponse(response) };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** @param {import('undici').Dispatcher.ResponseData['headers']} headers */
function flatten(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `${value}`]));
}

/**
 * @typedef {object} ServiceError
 * @property {string} [name]
 * @property {string} [Code]
 * @property {{ httpStatusCode?: number }} [$metadata]
 * @property {{ headers?: Record<string, unknown> }} [$response]
 */

/**
 * Makes a failed try of an error of the SDK. Throws the reason of the signal if that is aborted.
 *
 * @param {unknown} cause
 * @param {AbortSignal} signal
 * @returns {TransferFailed}
 */
export function asS3Failed(cause, signal) {
  signal.throwIfAborted();
  if (cause instanceof TransferFailed) return cause;
  const { name, Code, $metadata, $response } = /** @type {ServiceError} */ (cause ?? {});
  if (name === 'CredentialsProviderError') return asLoginFailed(cause, signal);
  const status = $metadata?.httpStatusCode;
  if (status === undefined) return asFailed(cause, NO_ANSWER);
  const code = Code ?? name;
  const headers = $response?.headers ?? {};
  if (status < 300) return new TransferFailed('the server sent an answer that S3 does not send');
  return asRefused(status, code, headers, PASSING.includes(code ?? '') || undefined);
}

/** @param {unknown} cause @param {AbortSignal} signal @returns {TransferFailed} */
function asLoginFailed(cause, signal) {
  const { name, message } = /** @type {Error} */ (cause);
  if (name === 'CredentialsProviderError')
    return new TransferFailed(`no login could be made: ${message.replace(/\.$/, '')}`);
  const failed = asS3Failed(cause, signal);
  const { isPassing, waitMs } = failed;
  return new TransferFailed(`no login could be made: ${failed.message}`, { isPassing, waitMs });
}

/** The code of S3 in an error of the SDK. @param {unknown} cause */
export function readCode(cause) {
  const { name, Code } = /** @type {ServiceError} */ (cause ?? {});
  return Code ?? name;
}

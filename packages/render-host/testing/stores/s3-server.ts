/*
 * S3 for the tests of its store: fauxqs keeps the files and the parts. This server in front of it
 * checks who may do what, and the checksums and the signature of each request, with a library that
 * is not the SDK's. For one request at a time it may misbehave.
 */
import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { sign } from 'aws4';
import { startFauxqs } from 'fauxqs';
import { type Act as AnyAct, close, createActs, listen } from './serve.ts';

export const REGION = 'eu-central-1';
export const LOGINS = {
  writer: { accessKeyId: 'WRITER', secretAccessKey: 'its secret' },
  reader: { accessKeyId: 'READER', secretAccessKey: 'another secret' },
};

/** Gives the request to the real server, and sends its answer. */
type Real = (change?: (body: Buffer) => Buffer) => Promise<void>;
export type Act = AnyAct<Real>;

export async function startS3() {
  const kept = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  for (const bucket of ['films', 'public']) kept.createBucket(bucket);
  const acts = createActs<Real>();
  const requests: { call: string; headers: IncomingMessage['headers'] }[] = [];

  async function forward(request: IncomingMessage, body: Buffer): Promise<Response> {
    const { method = 'GET', url, headers } = request;
    const { host, connection, 'content-length': length, ...rest } = headers;
    // Amazon's addresses name the bucket in the host.
    const [, bucket] = /^(\w+)\.s3\./.exec(`${host}`) ?? [];
    const path = bucket === undefined ? url : `/${bucket}${url}`;
    return fetch(`http://127.0.0.1:${kept.port}${path}`, {
      method,
      headers: Object.entries(rest).map(([name, value]) => [name, `${value}`]),
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
  }
  const listener: RequestListener = (request, response) => {
    const { method = 'GET', headers } = request;
    requests.push({ call: `${method} ${request.url}`, headers });
    return acts.answer(response, request, async (change = (body) => body) => {
      const body = change(await buffer(request));
      const why = findRefusal(request, body);
      response.setHeader('x-amz-bucket-region', REGION);
      if (why !== null) return refuse(response, ...why, method);
      const stored = await forward(request, body);
      const bytes = Buffer.from(await stored.arrayBuffer());
      const told = [...stored.headers].filter(([name]) => !/^(transfer-enc|connec)/.test(name));
      response.writeHead(stored.status, told.flat());
      response.end(method === 'HEAD' ? undefined : bytes);
    });
  };
  const server = createServer(listener);
  return {
    endpoint: `http://127.0.0.1:${await listen(server)}`,
    ...{ listener, requests },
    /** The next request with this method is answered so. */
    once: acts.once,
    ...askDirectly(`http://127.0.0.1:${kept.port}`),
    async close() {
      server.closeAllConnections();
      await close(server);
      await kept.stop();
    },
  };
}

/** What the tests ask without a login. */
function askDirectly(kept: string) {
  return {
    async put(bucket: string, key: string, bytes: Buffer | string) {
      const url = `${kept}/${bucket}/${key}`;
      const headers = { 'content-type': 'video/mp4' };
      await fetch(url, { method: 'PUT', headers, body: new Uint8Array(Buffer.from(bytes)) });
    },
    /** The file, or null. */
    async get(key: string) {
      const found = await fetch(`${kept}/films/${key}`);
      return found.status === 404 ? null : Buffer.from(await found.arrayBuffer());
    },
    /** The parts of uploads that are not finished. */
    async hasUpload(call: string) {
      const url = `${kept}${call.replace(/^PUT /, '')}`;
      const { status } = await fetch(url, { method: 'PUT', body: 'x' });
      return status === 200;
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string, method: string) {
  const text = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(method === 'HEAD' ? undefined : text);
}

/** An answer with a code of S3. */
export function refusal(status: number, code: string, headers: Record<string, string> = {}): Act {
  return (response, request) => {
    request.resume();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    refuse(response, status, code, request.method ?? '');
  };
}

function findRefusal(request: IncomingMessage, body: Buffer): [number, string] | null {
  const { headers, url = '' } = request;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const { authorization } = headers;
  const isPublic = isRead && url.startsWith('/public/');
  if (authorization === undefined) return isPublic ? null : [403, 'AccessDenied'];
  const [, id, region, names] =
    /Credential=(\w+)\/\d+\/([\w-]+)\/s3\/.*SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const login = Object.values(LOGINS).find(({ accessKeyId }) => accessKeyId === id);
  if (login === undefined) return [403, 'InvalidAccessKeyId'];
  if (region !== REGION) return [301, 'PermanentRedirect'];
  const signed = Object.fromEntries(
    `${names}`.split(';').map((name) => [name, String(headers[name])]),
  );
  const { method, headers: computed } = sign(
    {
      ...{ service: 's3', region, method: request.method ?? '', path: url, headers: signed },
      extraHeadersToInclude: signed,
    } as Parameters<typeof sign>[0],
    login,
  );
  const signature = (text: unknown) => /Signature=(\w+)$/.exec(`${text}`)?.[1];
  if (signature(computed?.Authorization) !== signature(authorization))
    return [403, 'SignatureDoesNotMatch'];
  if (login === LOGINS.reader && !isRead) return [403, 'AccessDenied'];
  const md5 = headers['content-md5'];
  if (md5 !== undefined && hash('md5', body, 'base64') !== md5) return [400, 'BadDigest'];
  if (method === 'PUT' && md5 === undefined) return [400, 'InvalidRequest'];
  if (headers['x-amz-content-sha256'] !== hash('sha256', body, 'hex'))
    return [400, 'XAmzContentSHA256Mismatch'];
  return null;
}

function hash(algorithm: string, body: Buffer, encoding: 'hex' | 'base64') {
  return createHash(algorithm).update(body).digest(encoding);
}

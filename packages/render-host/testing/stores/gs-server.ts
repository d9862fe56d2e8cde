/*
 * STAND-IN for Google Cloud Storage: npm and Debian have no emulator that works without the
 * internet. It speaks the documented JSON API as far as the store uses it, with the rules of
 * resumable uploads: units of 256 KiB, 308 with the range that has arrived, X-Goog-Hash. It checks
 * the signature of the login. For one request at a time it may misbehave.
 */
import { createHash, createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type Act as AnyAct, close, createActs, listen } from './serve.ts';

const { privateKey: KEY } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const UNIT_BYTES = 256 * 1024;

/** A key file as Google gives it. */
export const account = (role: 'writer' | 'reader') => ({
  ...{ type: 'service_account', client_email: `${role}@farm.example`, private_key_id: '1' },
  private_key: `${KEY.export({ type: 'pkcs8', format: 'pem' })}`,
});

type Stored = { bytes: Buffer; generation: string; resource: Record<string, unknown> };
type Session = { name: string; bytes: Buffer; total: number; resource: Record<string, unknown> };
export type Act = AnyAct<() => Promise<void>>;

class Bucket {
  readonly files = new Map<string, Stored>();
  readonly sessions = new Map<string, Session | Stored>();
  origin = '';
  #generation = 1000;

  store(name: string, bytes: Buffer, resource: Record<string, unknown>): Stored {
    this.#generation += 1;
    const stored = { bytes, generation: `${this.#generation}`, resource };
    this.files.set(name, stored);
    return stored;
  }
  begin({ headers }: IncomingMessage, response: ServerResponse, url: URL, body: Buffer) {
    const contentType = headers['x-upload-content-type'];
    const total = Number(headers['x-upload-content-length']);
    const acl = url.searchParams.get('predefinedAcl');
    const resource = { ...JSON.parse(`${body}`), contentType, acl };
    const name = `${url.searchParams.get('name')}`;
    const id = randomUUID();
    this.sessions.set(id, { name, bytes: Buffer.alloc(0), total, resource });
    const location = `${this.origin}${url.pathname}?upload_id=${id}`;
    response.writeHead(200, { location }).end();
  }
  append({ headers }: IncomingMessage, response: ServerResponse, id: string, body: Buffer) {
    const session = this.sessions.get(id);
    if (session === undefined) return refuse(response, 404, 'notFound');
    if (!('total' in session)) return tell(response, session);
    const range = `${headers['content-range']}`;
    const [, from, total] = /^bytes (\d+|\*)(?:-\d+)?\/(\d+|\*)$/.exec(range) ?? [];
    const isLast = total !== '*';
    const isWrong = from !== '*' && Number(from) !== session.bytes.length;
    if (isWrong || (!isLast && body.length % UNIT_BYTES !== 0))
      return refuse(response, 400, 'invalid');
    session.bytes = Buffer.concat([session.bytes, body]);
    const { length } = session.bytes;
    if (!isLast || length < Number(total)) {
      if (length > 0) response.setHeader('range', `bytes=0-${length - 1}`);
      return void response.writeHead(308).end();
    }
    const hash = /md5=(.*)/.exec(`${headers['x-goog-hash']}`)?.[1];
    if (hash !== md5Of(session.bytes) || session.total !== length)
      return refuse(response, 400, 'invalid');
    const stored = this.store(session.name, session.bytes, session.resource);
    this.sessions.set(id, stored);
    tell(response, stored);
  }
  send({ headers }: IncomingMessage, response: ServerResponse, url: URL) {
    const name = decodeURIComponent(/\/o\/(.*)$/.exec(url.pathname)?.[1] ?? '');
    const stored = this.files.get(name);
    if (stored === undefined) return refuse(response, 404, 'notFound');
    if (url.searchParams.get('alt') !== 'media') return tell(response, stored);
    const wanted = url.searchParams.get('ifGenerationMatch') ?? stored.generation;
    if (wanted !== stored.generation) return refuse(response, 412, 'conditionNotMet');
    const from = Number(/^bytes=(\d+)-$/.exec(`${headers.range}`)?.[1] ?? 0);
    const { length } = stored.bytes;
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${length - 1}/${length}`);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': length - from });
    response.end(stored.bytes.subarray(from));
  }
  async answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(`${request.url}`, this.origin);
    const id = url.searchParams.get('upload_id');
    const body = await buffer(request);
    const why = id === null ? findRefusal(request, this.origin) : null;
    if (why !== null) return refuse(response, ...why);
    if (request.method === 'POST') return this.begin(request, response, url, body);
    if (request.method === 'PUT') return this.append(request, response, `${id}`, body);
    if (request.method !== 'DELETE') return this.send(request, response, url);
    response.writeHead(this.sessions.delete(`${id}`) ? 499 : 404).end();
  }
}

export async function startGs() {
  const bucket = new Bucket();
  const requests: IncomingMessage[] = [];
  const acts = createActs<() => Promise<void>>();
  const server = createServer((request, response) => {
    requests.push(request);
    return acts.answer(response, request, () => bucket.answer(request, response));
  });
  bucket.origin = `http://127.0.0.1:${await listen(server)}`;
  return {
    endpoint: bucket.origin,
    ...{ requests, files: bucket.files, sessions: bucket.sessions },
    put: (name: string, text: Buffer | string, more = {}) =>
      bucket.store(name, Buffer.from(text), { contentType: 'video/mp4', ...more }),
    /** The next request with this method is answered so. */
    once: acts.once,
    close() {
      server.closeAllConnections();
      return close(server);
    },
  };
}

function tell(response: ServerResponse, { bytes, generation, resource }: Stored) {
  const sums = { md5Hash: md5Of(bytes), crc32c: 'AAAAAA==' };
  const told = { generation, size: `${bytes.length}`, ...sums, ...resource };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
}

function refuse(response: ServerResponse, status: number, reason: string) {
  const error = { code: status, message: 'No', errors: [{ reason }] };
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error }));
}

/** An answer with a reason of Google. */
export function refusal(status: number, reason: string, headers: Record<string, string> = {}): Act {
  return (response, request) => {
    request.resume();
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    refuse(response, status, reason);
  };
}

function findRefusal(request: IncomingMessage, origin: string): [number, string] | null {
  const { method, url = '', headers } = request;
  if (headers.authorization === undefined)
    return method === 'GET' && url.includes('/b/public/') ? null : [401, 'required'];
  const token = /^Bearer (.*)$/.exec(headers.authorization)?.[1] ?? '';
  const [head = '', claims = '', signature = ''] = token.split('.');
  const signed = Buffer.from(`${head}.${claims}`);
  const isSigned = verify(
    'sha256',
    signed,
    createPublicKey(KEY),
    Buffer.from(signature, 'base64url'),
  );
  const { iss, aud } = JSON.parse(`${Buffer.from(claims, 'base64url')}` || '{}');
  if (!isSigned || aud !== `${origin}/`) return [401, 'authError'];
  return method === 'POST' && iss !== 'writer@farm.example' ? [403, 'forbidden'] : null;
}

function md5Of(bytes: Buffer) {
  return createHash('md5').update(bytes).digest('base64');
}

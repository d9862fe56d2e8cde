/* What a source may set for its download, and what nexrender and the actions then see of it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterEach, expect, test, vi } from 'vitest';
import { makeCertificate } from '../../testing/stores/make-certificate.ts';
import { type Answer, close, listen, serve } from '../../testing/stores/serve.ts';
import { aHost } from '../nexrender/a-render.ts';
import { failedWith, renderWith } from './download-job.ts';

const completed = { end: { kind: 'completed' } };
let server: Awaited<ReturnType<typeof serve>>;
afterEach(async () => {
  await server.close();
  vi.unstubAllEnvs();
});
const film: Answer = (response) => response.end('a film');
const at = (host = '127.0.0.1', login = '') => `http://${login}${host}:${server.port}/source`;
const sha256 = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`;

test('headers, method and body are sent; a login is sent in its header', async () => {
  server = await serve(film);
  const params = { headers: { 'X-Own': 'yes' }, method: 'post', body: 'which=1' };
  const src = at('127.0.0.1', 'maria:s%C3%A9cret@');
  expect(await renderWith({ src, params })).toMatchObject(completed);
  const [{ headers, method } = { headers: {}, method: '' }] = server.requests;
  const authorization = `Basic ${Buffer.from('maria:sécret').toString('base64')}`;
  expect({ method, headers }).toMatchObject({
    method: 'POST',
    headers: { authorization, 'x-own': 'yes', 'content-length': '7' },
  });
});

test('a redirect to another server gets nothing of the job and nothing of the host', async () => {
  const other = await serve(film);
  server = await serve(
    (response) => response.writeHead(302, { location: '/other' }).end(),
    (response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/film` }).end(),
  );
  const origin = `http://127.0.0.1:${server.port}`;
  const login = { name: 'web', for: [origin], access: {}, endpoint: null, region: null };
  const credentials = [{ ...login, headers: { 'x-key': 'of the host' } }];
  const ways = [
    [{ src: at(), params: { headers: { 'x-own': 'secret', cookie: 'a=b' } } }, {}, 'x-own'],
    [{ src: at('127.0.0.1', 'maria:secret@') }, {}, 'authorization'],
    [{ src: at() }, { credentials }, 'x-key'],
  ] as const;
  for (const [asset, more, name] of ways) {
    server.requests.splice(0);
    other.requests.splice(0);
    const ran = await renderWith(asset, more);
    expect({ ...ran, text: `${ran.bytes}` }).toMatchObject({ ...completed, text: 'a film' });
    expect(server.requests.map(({ headers }) => typeof headers[name])).toEqual([
      'string',
      'string',
    ]);
    const [{ headers } = { headers: {} }] = other.requests;
    expect(Object.keys(headers).sort()).toEqual([
      ...['accept', 'accept-encoding', 'connection', 'host', 'user-agent'],
    ]);
  }
  await other.close();
});

test('a redirect with a body elsewhere, and from https to http, is not followed', async () => {
  const other = await serve(film);
  const location = `http://127.0.0.1:${other.port}/film`;
  server = await serve((response) => response.writeHead(307, { location }).end());
  const why = 'the server redirected a request with a body to another server';
  const params = { method: 'post', body: 'which=1' };
  expect((await renderWith({ src: at(), params })).end).toEqual(failedWith(server.port, why));
  const secure = await serveHttps((response) => response.writeHead(302, { location }).end());
  expect((await renderWith({ src: secure.src, params: { strictSSL: false } })).end).toMatchObject({
    reason: expect.stringMatching(/downloaded: the server redirected from https to http\.$/),
  });
  expect(other.requests).toEqual([]);
  await Promise.all([other.close(), secure.close()]);
});

test('no proxy, method or certificate of a job takes a login of the host along', async () => {
  server = await serve(film);
  const login = { name: 'web', for: [`http://127.0.0.1:${server.port}`], access: {} };
  const more = { endpoint: null, region: null, headers: { 'x-key': 'of the host' } };
  const credentials = [{ ...login, ...more }];
  const proxy = `http://127.0.0.1:${server.port}`;
  for (const params of [{ proxy }, { strictSSL: false }, { method: 'DELETE' }])
    expect((await renderWith({ src: at(), params }, { credentials })).end).toMatchObject({
      reason: expect.stringContaining(`could not be downloaded: params.${Object.keys(params)} m`),
    });
  expect(server.requests).toEqual([]);
});

test('a redirect to a refused address is refused, and not tried again', async () => {
  server = await serve((response) =>
    response.writeHead(302, { location: `http://localhost:${server.port}/x` }).end(),
  );
  const addresses = { refused: ['localhost'], allowed: [] };
  const { end } = await renderWith({ src: at() }, { addresses });
  expect(end).toMatchObject({
    reason: expect.stringMatching(/could not be downloaded: localhost may not be reached by jobs/),
  });
  expect(server.requests).toHaveLength(1);
});

test('a redirect without an end is refused', async () => {
  server = await serve((response) => response.writeHead(302, { location: '/source' }).end());
  const why = 'the server redirected more than 20 times';
  expect((await renderWith({ src: at() })).end).toEqual(failedWith(server.port, why));
});

test('a proxy is used: that of the source, or that of the environment', async () => {
  server = await serve(film);
  const src = 'http://files.example/source';
  const proxy = `http://127.0.0.1:${server.port}`;
  expect(await renderWith({ src, params: { proxy } })).toMatchObject(completed);
  vi.stubEnv('http_proxy', proxy);
  expect(await renderWith({ src })).toMatchObject(completed);
  expect(server.requests.map(({ url }) => url)).toEqual([src, src]);
});

test('compressed answers are unpacked, and a wrong checksum of the job is refused', async () => {
  server = await serve((response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('a film')),
  );
  const ran = await renderWith({ src: at(), params: { integrity: sha256('a film') } });
  expect({ ...ran, text: `${ran.bytes}` }).toMatchObject({ ...completed, text: 'a film' });
  const why = 'the file does not have the checksum of params.integrity (3 tries)';
  const { end } = await renderWith({ src: at(), params: { integrity: sha256('another') } });
  expect(end).toEqual(failedWith(server.port, why));
});

test('the type of the answer gives a file without an extension one', async () => {
  server = await serve((response) =>
    response.writeHead(200, { 'content-type': 'image/png' }).end('a picture'),
  );
  const src = at();
  expect(await renderWith({ src, name: 'logo' }, { file: 'logo.png' })).toMatchObject(completed);
  expect(await renderWith({ src, extension: 'tif' }, { file: 'source.bin.tif' })).toMatchObject(
    completed,
  );
});

test('later actions see the address, and the file in the job’s folder', async () => {
  server = await serve(film);
  const host = await aHost({ frames: 1 });
  const seen = join(host.base, 'seen.json');
  const write = `require('node:fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify(job))`;
  const module = await host.writeModule('look', write);
  const asset = { type: 'static', src: at(), name: 'a#%41 film.bin', useOriginal: false };
  const actions = { postdownload: [{ module }] };
  const job = { ...host.job, assets: [asset], actions };
  expect((await host.render(job, { actions: [module] })).end).toEqual({ kind: 'completed' });
  const { workpath, assets, template } = JSON.parse(await readFile(seen, 'utf8'));
  expect(assets).toEqual([{ ...asset, dest: join(workpath, asset.name) }]);
  expect(template.src).toMatch(/^file:/);
  await host.remove();
});

test('a failed download ends the render while a share does not answer', async () => {
  server = await serve((response) => response.writeHead(404).end());
  const host = await aHost();
  const pipe = join(host.base, 'pipe.bin');
  execFileSync('mkfifo', [pipe]);
  const assets = [pathToFileURL(pipe).href, at()].map((src) => ({ type: 'static', src }));
  expect((await host.render({ ...host.job, assets })).end).toMatchObject({
    reason: expect.stringMatching(/^assets\[1\]\.src .* the server answered 404 Not Found\.$/),
  });
  await host.remove();
});

test('a stop during a download, or between two tries, leaves no process and no file', async () => {
  server = await serve((response, { url }) => {
    if (url === '/busy') response.writeHead(503, { 'retry-after': '60' }).end();
    else response.writeHead(200, { 'content-length': 10 }).write('12345');
  });
  const host = await aHost();
  const sources = ['busy', 'half'].map((name) => `http://127.0.0.1:${server.port}/${name}`);
  const assets = sources.map((src) => ({ type: 'static', src }));
  const { render, observed, finish } = await host.start({ ...host.job, assets });
  render.go();
  await expect.poll(() => observed.lines.join(), { timeout: 60_000 }).toContain('in 60 s');
  const { stop, removal } = await finish();
  expect({ survivors: stop.survivors, leftovers: removal.leftovers }).toEqual({
    ...{ survivors: [], leftovers: [] },
  });
  await host.remove();
});

test('a download ends after NEXRENDER_DOWNLOAD_TIMEOUT', async () => {
  server = await serve(() => undefined);
  vi.stubEnv('NEXRENDER_DOWNLOAD_TIMEOUT', '500');
  const why = 'it took longer than NEXRENDER_DOWNLOAD_TIMEOUT (500 ms)';
  expect((await renderWith({ src: at() })).end).toEqual(failedWith(server.port, why));
});

test('NODE_EXTRA_CA_CERTS names the file of a private CA', async () => {
  server = await serve(film);
  const { src, cert, close: end } = await serveHttps((response) => response.end('a film'));
  expect((await renderWith({ src })).end).toMatchObject({
    reason: expect.stringMatching(/could not be downloaded: self-signed certificate\.$/),
  });
  expect(await renderWith({ src, params: { strictSSL: false } })).toMatchObject(completed);
  vi.stubEnv('NODE_EXTRA_CA_CERTS', cert);
  expect(await renderWith({ src })).toMatchObject(completed);
  await end();
});

/** Serves https with a certificate that it has signed itself, whose file is `cert`. */
async function serveHttps(answer: Answer) {
  const folder = await temporaryFolder('private-ca');
  const tls = makeCertificate(folder.path);
  const secure = createServer(tls, (request, response) => answer(response, request));
  return {
    src: `https://127.0.0.1:${await listen(secure)}/source`,
    cert: tls.path,
    async close() {
      secure.closeAllConnections();
      await close(secure);
      await folder.remove();
    },
  };
}

/*
 * Real renders that get a source from a store and upload their result to it, with a login of the
 * host: on servers of FTP, FTPS, SFTP, S3 and Google Cloud Storage. A stop during a transfer leaves
 * nothing on the host, and what it leaves on the server can be removed.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Credential } from '../../src/transfers/credentials.mjs';
import { removeUpload } from '../../src/transfers/remove-upload.ts';
import { leftOut, startSftp } from '../../testing/stores/file-servers.ts';
import { close, listen } from '../../testing/stores/serve.ts';
import { aHost } from '../nexrender/a-render.ts';
import { startProxy } from './cutting-proxy.ts';
import { renderWith } from './download-job.ts';
import { KINDS, type Kind, serveFiles } from './kinds-of-stores.ts';

const UPLOAD = '@nexrender/action-upload';
const actions = [UPLOAD, '@nexrender/action-copy'];

let host: Awaited<ReturnType<typeof aHost>>;
beforeAll(async () => {
  host = await aHost({ frames: 1 });
});
afterAll(() => host.remove());

describe.each(KINDS)('$name', ({ isLeftOut, start }) => {
  if (isLeftOut) return test.skip('no server');
  let kind: Kind;
  beforeAll(async () => {
    kind = await start();
  });
  afterAll(() => kind.stop());

  /** A job that uploads the source that it has downloaded. */
  const jobTo = (key: string) => {
    const { provider, address, params } = kind;
    const upload = { module: UPLOAD, input: 'source.bin', provider, params: params(key) };
    const assets = [{ type: 'static', name: 'source.bin', src: address('source.bin') }];
    return { ...host.withActions(upload), assets };
  };
  const withLogin = () => ({ actions, credentials: [kind.credential] });

  test('a source arrives, and an upload has its name after the gate', async () => {
    await kind.put('source.bin', 'a film');
    await kind.put('final.bin', 'an older film');
    let before: Buffer | null = null;
    const ran = await host.render(jobTo('final.bin'), {
      ...withLogin(),
      publishing: {
        mayPublish: async () => {
          before = await kind.get('final.bin');
          return 'yes';
        },
      },
    });
    expect(ran.end).toEqual({ kind: 'completed' });
    expect({ before: `${before}`, after: `${await kind.get('final.bin')}` }).toEqual({
      ...{ before: 'an older film', after: 'a film' },
    });
    expect(ran.observed.questions).toMatchObject([{ isModule: false, isLast: true, move: null }]);
    const [{ what } = { what: '' }] = ran.observed.questions;
    expect(ran.observed.published).toEqual([what]);
    expect(what).toMatch(/films\/final\.bin$|\/home\/final\.bin$/);
    const { transfers } = ran.observed;
    const upload = { direction: 'upload', files: 1, totalBytes: 'a film'.length };
    expect(transfers).toContainEqual(expect.objectContaining(upload));
    expect(transfers.at(-1)).toBeNull();
  });

  test('a gate that is closed leaves nothing on the server', async () => {
    await kind.put('source.bin', 'a film');
    const ran = await host.render(jobTo('closed.bin'), {
      ...withLogin(),
      publishing: { mayPublish: async () => 'no' },
    });
    expect(ran.end).toEqual({ kind: 'gateClosed' });
    expect(await kind.get('closed.bin')).toBeNull();
    const [part = ''] = ran.observed.parts;
    // There is nothing left to remove, and the removal says so.
    expect(await removeUpload(part, removal([kind.credential]), 60_000)).toBeNull();
  });

  test('a stop before the gate leaves an upload that the host can remove', async () => {
    await kind.put('source.bin', 'a film');
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { render, observed, finish } = await host.start(jobTo('stopped.bin'), {
      ...withLogin(),
      publishing: {
        mayPublish: () => {
          asked();
          return new Promise(() => {});
        },
      },
    });
    render.go();
    await isAsked;
    const { stop, removal: removed } = await finish();
    expect([stop.survivors, removed.leftovers]).toEqual([[], []]);
    const [part = ''] = observed.parts;
    expect(part).not.toContain(String(kind.credential.access.password));
    expect(await removeUpload(part, removal([kind.credential]), 60_000)).toBeNull();
    expect(await kind.get('stopped.bin')).toBeNull();
  });

  test('without the login, the reason names the server’s answer and no secret', async () => {
    await kind.put('source.bin', 'a film');
    const { end } = await host.render(jobTo('final.bin'), { actions });
    expect(end).toMatchObject({ kind: 'failed', failure: 'source' });
    expect(JSON.stringify(end)).toMatch(/assets\[0\]\.src \(.*\) could not be downloaded: /);
  });
});

const removal = (credentials: readonly Credential[]) => ({
  ...{ credentials, addresses: { refused: [], allowed: [] }, user: null },
});

const params = { endpoint: 'http://127.0.0.1:PORT' };
const credentials = { accessKeyId: 'A', secretAccessKey: 'B' };
test.each([
  ['ftp', { src: 'ftp://127.0.0.1:PORT/a.bin' }],
  ['ftps', { src: 'ftps://127.0.0.1:PORT/a.bin' }],
  ['sftp', { src: 'sftp://ann:pass@127.0.0.1:PORT/a.bin' }],
  ['s3', { src: 's3://films/a.bin', params: { ...params, credentials } }],
  ['gs', { src: 'gs://films/a.bin', params }],
])('a stop while a server of %s says nothing leaves no process and no file', async (_, source) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined).resume());
  });
  const connected = once(silent, 'connection');
  const at = JSON.parse(JSON.stringify(source).replace('PORT', `${await listen(silent)}`));
  const assets = [{ type: 'static', name: 'a.bin', ...at }];
  const { render, finish } = await host.start({ ...host.job, assets });
  render.go();
  await connected;
  const { stop, removal: removed } = await finish();
  expect([stop.survivors, removed.leftovers]).toEqual([[], []]);
  for (const socket of sockets) socket.destroy();
  await close(silent);
});

test.skipIf(leftOut)(`a cut source arrives whole with the next try${leftOut ?? ''}`, async () => {
  const text = 'a film '.repeat(200_000);
  const starting = startSftp();
  const kind = await serveFiles('sftp', starting);
  const { place } = await starting;
  const proxy = await startProxy(place.port ?? 0);
  await kind.put('source.bin', text);
  const src = kind.address('source.bin').replace(`:${place.port}`, `:${proxy.port}`);
  proxy.cutAfter(25);
  const credential = { ...kind.credential, for: [`sftp://127.0.0.1:${proxy.port}`] };
  const { end, lines, bytes } = await renderWith({ src }, { credentials: [credential] });
  expect(end).toEqual({ kind: 'completed' });
  expect(`${bytes}` === text).toBe(true);
  expect(lines.join('\n')).toMatch(/the connection was .*; try 2 of 3 in 1 s\./);
  await proxy.close();
  await kind.stop();
});

test.skipIf(leftOut)(`a sequence gets a folder on the server${leftOut ?? ''}`, async () => {
  const kind = await serveFiles('sftp', startSftp());
  const upload = { module: UPLOAD, provider: 'sftp', params: kind.params('shot/') };
  const ran = await host.render(host.ofPictures('png', upload), {
    ...{ actions, credentials: [kind.credential] },
  });
  expect(ran.end).toEqual({ kind: 'completed' });
  expect(ran.observed.published).toHaveLength(1);
  expect(await kind.get('shot/result_00000.png')).not.toBeNull();
  await kind.stop();
});

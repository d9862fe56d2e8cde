/* FTP, FTPS and SFTP do the same with the same files, each on a real server. */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as ftp from '../../src/transfers/stores/ftp.mjs';
import * as sftp from '../../src/transfers/stores/sftp.mjs';
import type { Store } from '../../src/transfers/stores/store.ts';
import {
  type FileServer,
  leftOut,
  open,
  placeOf,
  startFtp,
  startSftp,
} from '../../testing/stores/file-servers.ts';
import { close, listen } from '../../testing/stores/serve.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { readAll, uploadFile } from './a-store.ts';
import { startProxy } from './cutting-proxy.ts';

const FILE = randomBytes(3_000_000);
const { path: folder } = folderOfFile('server-stores');
const source = join(folder, 'source');
beforeAll(() => writeFileSync(source, FILE));

const upload = (store: Store, key: string, onSent?: (bytes: number) => void) =>
  uploadFile(store, source, key, onSent);

const countSockets = () =>
  process.getActiveResourcesInfo().filter((name) => /^(TCP|TLS)/.test(name)).length;

/** So many answers come before that to a rename. */
const FTP_ANSWERS = 3;
const KINDS = [
  { scheme: 'ftp', ...ftp, start: startFtp, answers: FTP_ANSWERS },
  { scheme: 'ftps', ...ftp, start: startFtp, answers: FTP_ANSWERS },
  { scheme: 'sftp', ...sftp, start: startSftp, answers: 1 },
] as const;

describe.skipIf(leftOut).each(KINDS)(`$scheme${leftOut ?? ''}`, (kind) => {
  const { scheme, openStore, answers } = kind;
  let server: FileServer;
  beforeAll(async () => {
    const started = await kind.start();
    server = { ...started, place: { ...started.place, scheme } };
  });
  afterAll(() => server.stop());
  const at = (...names: string[]) => join(server.home, ...names);

  test('an upload has its final name after finish, and makes its folders', async () => {
    const key = `new/it's "ü" 文/-* ~.mov`;
    const first = await open(openStore, server);
    const begun: string[] = [];
    let sent = 0;
    const uploaded = await first.upload(source, key, {
      temporaryName: '.t.part',
      onBegun: async (temporary) => void begun.push(temporary, `${existsSync(at('new'))}`),
      onSent: (bytes) => {
        sent += bytes;
      },
    });
    await first.close();
    expect({ begun, sent }).toEqual({ begun: [uploaded.temporary, 'false'], sent: FILE.length });
    expect(readdirSync(at('new', `it's "ü" 文`))).toEqual(['.t.part']);
    const store = await open(openStore, server);
    await store.finish(uploaded);
    expect(readdirSync(at('new', `it's "ü" 文`))).toEqual(['-* ~.mov']);
    const { size, version } = await store.describe(key);
    expect({ size, found: version?.slice(0, 10) }).toEqual({
      size: FILE.length,
      found: '3000000 20',
    });
    expect((await readAll(store, key)).equals(FILE)).toBe(true);
    expect((await readAll(store, key, 1_234_567, version)).equals(FILE.subarray(1_234_567))).toBe(
      true,
    );
    const other = store.read(key, 5, `${version}x`);
    await expect(other).rejects.toMatchObject({ isPassing: true, message: /has changed/ });
    await store.finish(uploaded);
    await store.close();
  });

  test('an old file is replaced, whatever its name', async () => {
    const store = await open(openStore, server);
    for (const key of ['old.mov', '~', ' - x', '-rf']) {
      writeFileSync(at(key), 'old', { mode: 0o666 });
      const uploaded = await upload(store, key);
      expect(readFileSync(at(key), 'utf8')).toBe('old');
      await store.finish(uploaded);
      expect(readFileSync(at(key)).equals(FILE)).toBe(true);
      rmSync(at(key));
      // Neither file is there any more.
      await expect(store.finish(uploaded)).rejects.toMatchObject({ isMaybe: true });
    }
    await store.close();
    expect(store.notes).toEqual([]);
  });

  test('an upload is removed, and also one that does not exist', async () => {
    const store = await open(openStore, server);
    const { temporary } = await upload(store, 'removed.mov');
    await store.remove(temporary);
    expect(existsSync(at(temporary))).toBe(false);
    await store.remove(temporary);
    await store.close();
  });

  test('a file that is missing or may not be written is final, and says why', async () => {
    const store = await open(openStore, server);
    const no = (message: RegExp) => ({ isPassing: false, isMaybe: false, message });
    const [missing, denied] = [/no such file/i, /permission/i];
    await expect(store.describe('none')).rejects.toMatchObject(no(missing));
    await expect(readAll(store, 'none')).rejects.toMatchObject(no(missing));
    await expect(upload(store, 'locked/x')).rejects.toMatchObject(no(denied));
    const deep = /^the folder locked\/new could not be made: .*permission/i;
    await expect(upload(store, 'locked/new/x')).rejects.toMatchObject(no(deep));
    await expect(store.describe('a\r\nDELE b')).rejects.toMatchObject(no(/has an end of line/));
    await store.close();
  });

  test('a cut is passing, and a lost answer to the rename is maybe', async () => {
    const proxy = await startProxy(server.place.port ?? 0);
    const far = { ...server, place: { ...server.place, port: proxy.port } };
    const store = await open(openStore, far);
    const cut = { isPassing: true, isMaybe: false, message: 'the connection was cut' };
    await expect(upload(store, 'cut.mov', () => proxy.cut())).rejects.toMatchObject(cut);
    const uploaded = await upload(store, 'cut.mov');
    proxy.cutAfter(answers);
    await expect(store.finish(uploaded)).rejects.toMatchObject({ ...cut, isMaybe: true });
    await waitUntil('the server has renamed it', () => existsSync(at('cut.mov')));
    await store.finish(uploaded);
    const received = await store.read('cut.mov', 0, null);
    const half = async () => {
      for await (const _ of received) proxy.cut();
    };
    await expect(half()).rejects.toMatchObject(cut);
    await store.close();
    await proxy.close();
    const refused = { isPassing: true, message: /ECONNREFUSED/ };
    await expect((await open(openStore, far)).describe('x')).rejects.toMatchObject(refused);
  });

  test('the signal ends everything at once', async () => {
    const before = countSockets();
    const end = new AbortController();
    const store = await open(openStore, server, end.signal);
    const reason = new Error('stopped');
    await expect(upload(store, 'ended.mov', () => end.abort(reason))).rejects.toBe(reason);
    await expect(store.describe('x')).rejects.toBe(reason);
    const reading = new AbortController();
    const other = await open(openStore, server, reading.signal);
    await other.finish(await upload(other, 'read.mov'));
    const received = await other.read('read.mov', 0, null);
    const readOn = async () => {
      for await (const _ of received) reading.abort(reason);
    };
    await expect(readOn()).rejects.toBe(reason);
    await store.close();
    await other.close();
    await waitUntil('no socket is left', () => countSockets() <= before);
  });

  test('the signal ends a connection to a server that says nothing', async () => {
    const accepted: Socket[] = [];
    const silent = createServer((socket) => accepted.push(socket));
    const place = placeOf(scheme, await listen(silent));
    const end = new AbortController();
    const store = await open(openStore, { ...server, place }, end.signal);
    const described = store.describe('x');
    await waitUntil('it has connected', () => accepted.length > 0);
    const reason = new Error('stopped');
    end.abort(reason);
    await expect(described).rejects.toBe(reason);
    await Promise.all(
      accepted.map((socket) => (socket.closed ? null : once(socket.resume(), 'close'))),
    );
    await close(silent);
  });
});

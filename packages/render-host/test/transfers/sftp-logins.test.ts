/* How SFTP signs in, and what it makes of the answers of servers that are not OpenSSH. */

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import ssh2, { type AuthContext, type SFTPWrapper } from 'ssh2';
import { beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/transfers/stores/sftp.mjs';
import type { Access } from '../../src/transfers/stores/store.ts';
import { leftOut, open, PASSWORD, placeOf, startSftp } from '../../testing/stores/file-servers.ts';
import { close, listen } from '../../testing/stores/serve.ts';
import { readAll, uploadFile } from './a-store.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const { path: folder } = folderOfFile('sftp-logins');
const source = join(folder, 'source');
let privateKey: string;
beforeAll(() => {
  writeFileSync(source, 'x'.repeat(100_000));
  ({ privateKey } = generateKeyPairSync('rsa', {
    ...{ modulusLength: 2048, publicKeyEncoding: { type: 'pkcs1', format: 'pem' } },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }));
});
const access: Access = { user: 'render', password: PASSWORD };

/** Keeps files in memory. It has no rename onto a file that exists, and sends few bytes at once. */
async function startServer(
  signIn: (context: AuthContext) => void,
  files = new Map<string, Buffer>(),
) {
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', signIn);
    client.on('session', (accept) => accept().on('sftp', (start) => serveFiles(start(), files)));
  });
  return { files, port: await listen(server), close: () => close(server) };
}

function serveFiles(sftp: SFTPWrapper, files: Map<string, Buffer>): void {
  const attributes = (size: number) => ({
    ...{ mode: 0o100_644, uid: 0, gid: 0, size, atime: 1, mtime: 1_790_000_000 },
  });
  const say = (id: number, code: number) => sftp.status(id, code);
  const found = (id: number, path: string) => {
    const file = files.get(path);
    if (file === undefined) say(id, STATUS_CODE.NO_SUCH_FILE);
    return file;
  };
  sftp.on('STAT', (id, path) => {
    const file = found(id, path);
    if (file !== undefined) sftp.attrs(id, attributes(file.length));
  });
  sftp.on('OPEN', (id, path, flags) => {
    if (flags & OPEN_MODE.WRITE) files.set(path, Buffer.alloc(0));
    if (found(id, path) !== undefined) sftp.handle(id, Buffer.from(path));
  });
  sftp.on('READ', (id, handle, offset, length) => {
    const bytes = files.get(`${handle}`)?.subarray(offset, offset + Math.min(length, 10_000));
    if (bytes === undefined || bytes.length === 0) say(id, STATUS_CODE.EOF);
    else sftp.data(id, bytes);
  });
  sftp.on('WRITE', (id, handle, offset, bytes) => {
    const file = files.get(`${handle}`) ?? Buffer.alloc(0);
    const next = Buffer.alloc(Math.max(file.length, offset + bytes.length));
    file.copy(next);
    bytes.copy(next, offset);
    files.set(`${handle}`, next);
    say(id, STATUS_CODE.OK);
  });
  sftp.on('CLOSE', (id) => say(id, STATUS_CODE.OK));
  sftp.on('REMOVE', (id, path) => {
    say(id, files.delete(path) ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE);
  });
  sftp.on('RENAME', (id, from, to) => {
    const file = found(id, from);
    if (file === undefined) return;
    if (files.has(to)) return say(id, STATUS_CODE.FAILURE);
    files.delete(from);
    files.set(to, file);
    say(id, STATUS_CODE.OK);
  });
}

const byPassword = (context: AuthContext) => {
  if (context.method !== 'password') return context.reject(['password']);
  return context.password === PASSWORD ? context.accept() : context.reject();
};
const byQuestion = (context: AuthContext) => {
  if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
  context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
    answer === PASSWORD ? context.accept() : context.reject(),
  );
};

test.each([
  ['a password', byPassword],
  ['a question for the password', byQuestion],
])('signs in by %s; a wrong one is final', async (_, signIn) => {
  const server = await startServer(signIn, new Map([['x', Buffer.from('text')]]));
  const place = placeOf('sftp', server.port);
  const store = await open(openStore, { place, access });
  expect(await store.describe('x')).toMatchObject({ size: 4, version: /^4 2026-/ });
  expect(store.notes).toEqual([
    expect.stringMatching(/^The host key of the server was not checked. It is SHA256:\S{43}\.$/),
  ]);
  await store.close();
  const wrong = await open(openStore, { place, access: { ...access, password: 'Falsch-1' } });
  await expect(wrong.describe('x')).rejects.toMatchObject({
    ...{ isPassing: false, message: 'the server refused the login' },
  });
  await wrong.close();
  await server.close();
});

test('a server that replaces no file and sends few bytes at once', async () => {
  const server = await startServer(byPassword, new Map([['x', Buffer.from('old')]]));
  const store = await open(openStore, { place: placeOf('sftp', server.port), access });
  const uploaded = await uploadFile(store, source, 'x');
  expect(`${server.files.get('x')}`).toBe('old');
  await store.finish(uploaded);
  expect([...server.files.keys()]).toEqual(['x']);
  expect(store.notes[1]).toMatch(/^The server does not replace a file/);
  expect(await readAll(store, 'x', 7)).toHaveLength(99_993);
  await store.close();
  await server.close();
});

test.each(['', 'SSH-2.0-OpenSSH_10.0\r\n'])('a cut after %j is passing', async (banner) => {
  const server = createServer((socket) => socket.end(banner));
  const place = placeOf('sftp', await listen(server));
  const store = await open(openStore, { place, access });
  const cut = { isPassing: true, message: 'the connection was cut' };
  await expect(store.describe('x')).rejects.toMatchObject(cut);
  await store.close();
  server.close();
});

test('what is missing is said before anything is sent', async () => {
  const place = placeOf('sftp', 1);
  const refused = async (given: Access, message: RegExp) => {
    const store = await open(openStore, { place, access: given });
    await expect(store.describe('x')).rejects.toMatchObject({ isPassing: false, message });
    await store.close();
  };
  await refused({ password: PASSWORD }, /^sftp needs a user$/);
  await refused({ user: 'render' }, /^sftp needs a password or a private key$/);
  await refused({ user: 'render', privateKey: 'no key' }, /^Cannot parse privateKey/);
});

describe.skipIf(leftOut)(`the host key${leftOut ?? ''}`, () => {
  test('must be one that is listed', async () => {
    const server = await startSftp();
    const [fingerprint = ''] = server.access.hostKeys ?? [];
    const other = `SHA256:${'A'.repeat(43)}`;
    const describe = async (hostKeys: string[]) => {
      const store = await open(openStore, { ...server, access: { ...server.access, hostKeys } });
      const failed = await store.describe('none').catch((cause) => cause);
      await store.close();
      return { message: failed.message, isPassing: failed.isPassing, notes: store.notes };
    };
    const signedIn = { message: 'the server has no such file', isPassing: false, notes: [] };
    expect(await describe([other, `${fingerprint}=`])).toEqual(signedIn);
    expect(await describe([other])).toEqual({
      message: `the server has the host key ${fingerprint}, which hostKeys does not list`,
      ...{ isPassing: false, notes: [] },
    });
    await server.stop();
  });
});

/* What an FTP server answers decides whether another try may help, and what a person reads. */

import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/transfers/stores/ftp.mjs';
import type { Access, Place, Store } from '../../src/transfers/stores/store.ts';
import { leftOut, open, PASSWORD, placeOf, startFtp } from '../../testing/stores/file-servers.ts';
import { makeCertificate } from '../../testing/stores/make-certificate.ts';
import { final, passing, readAll, uploadFile } from './a-store.ts';
import { FILE_TEXT, type Script, startScripted, type Turn } from './scripted-ftp.ts';

const { path: folder } = folderOfFile('ftp-answers');
const source = join(folder, 'source');
beforeAll(() => writeFileSync(source, FILE_TEXT));
const access: Access = { user: 'render', password: PASSWORD };

async function withServer<T>(
  script: Script,
  act: (store: Opened) => Promise<T>,
  scheme: Place['scheme'] = 'ftp',
): Promise<T> {
  const server = await startScripted(script);
  const store = await open(openStore, { place: placeOf(scheme, server.port), access });
  try {
    return await act({ ...store, commands: server.commands });
  } finally {
    await store.close();
    await server.close();
  }
}
type Opened = Store & { readonly notes: string[]; readonly commands: string[] };

const readText = async (store: Store, from = 0) => `${await readAll(store, 'x', from)}`;
const upload = (store: Store) => uploadFile(store, source, 'x');

const FAILURES: [string, Script, { isPassing: boolean; message: string | RegExp }][] = [
  ['421 at once', { '': '421 Too many' }, passing('the server answered 421 Too many')],
  ['450', { RETR: '450 Busy' }, passing('the server answered 450 Busy')],
  ['425 instead of a port', { EPSV: '425 No port' }, passing('the server answered 425 No port')],
  ['426 at the end', { RETR: half('426 Cut') }, passing('the server answered 426 Cut')],
  ['553', { RETR: '553 Not this name.' }, final('the server answered 553 Not this name')],
  [
    'a refused login with the password',
    { PASS: `530 render/${PASSWORD} is wrong` },
    final('the server answered 530 render/*** is wrong'),
  ],
  [
    'control characters and more lines',
    { '': '500-\x1b[2J bad\r\n worse\x07\r\n500 end\u202e\u2028.' },
    final('the server answered 500- [2J bad worse 500 end'),
  ],
  ['another 4xx', { PASS: '430 Unknown user' }, final('the server answered 430 Unknown user')],
  ['a cut control connection', { RETR: hangUp }, passing('the connection was cut')],
  ['one with the data open', { RETR: hangUpLater }, passing('the connection was cut')],
  ['a port where nobody listens', { EPSV: '229 On (|||1|)' }, passing(/ECONNREFUSED/)],
  ['no port', { EPSV: '500 No', PASV: '227 Ok' }, final(/named no port/)],
];
/** Sends a half of the file, and then this answer. */
function half(answer: string): Turn {
  return async (control, data) => {
    control.write('150 Here\r\n');
    (await data).end(FILE_TEXT.slice(0, 20), () => control.write(`${answer}\r\n`));
  };
}
function hangUp(...[control]: Parameters<Turn>) {
  control.destroy();
}

async function hangUpLater(...[control, data]: Parameters<Turn>) {
  control.write('150 Here\r\n');
  (await data).write(FILE_TEXT, () => control.destroy());
}

test.each(FAILURES)('%s', async (_, script, failure) => {
  await withServer(script, async (store) => {
    await expect(readText(store)).rejects.toMatchObject(failure);
  });
});

test('a cut while TLS begins is passing, and a server without TLS is final', async () => {
  const AUTH: Turn = (control) => control.write('234 Go on\r\n', () => control.destroy());
  const fails = (script: Script, failure: object) =>
    withServer(
      script,
      (store) => expect(store.describe('x')).rejects.toMatchObject(failure),
      'ftps',
    );
  await fails({ AUTH }, passing('the connection was cut'));
  await fails({ AUTH: '502 Unknown' }, final('the server answered 502 Unknown'));
});

test('a reset data connection does not hide the answer that follows', async () => {
  const STOR: Turn = async (control, data) => {
    control.write('150 Send\r\n');
    (await data).resetAndDestroy();
    setTimeout(() => control.write('452 The disk is full\r\n'), 100);
  };
  const refuse: Turn = async (control, data) => {
    (await data).resetAndDestroy();
    setTimeout(() => control.write('550 Denied\r\n'), 100);
  };
  await withServer({ STOR, RETR: refuse }, async (store) => {
    const full = passing('the server answered 452 The disk is full');
    await expect(upload(store)).rejects.toMatchObject(full);
    await expect(readText(store)).rejects.toMatchObject(final('the server answered 550 Denied'));
  });
});

test('the data comes from the host of the control connection, whatever PASV names', async () => {
  await withServer({ EPSV: '500 Unknown' }, async (store) => {
    expect(await readText(store, 4)).toBe(FILE_TEXT.slice(4));
    expect(store.commands).toContain('REST 4');
    await store.describe('~x');
    expect(store.commands).toContain('SIZE ./~x');
  });
});

test('without REST the file is sent again, and without SIZE it has no version', async () => {
  await withServer({ REST: '502 No', SIZE: '500 No', MDTM: '500 No' }, async (store) => {
    expect(await readText(store, 20)).toBe(FILE_TEXT.slice(20));
    expect(await store.describe('x')).toMatchObject({ size: null, version: null });
    await store.finish(await upload(store));
    expect(store.notes).toEqual([expect.stringMatching(/^The server tells no sizes/)]);
  });
});

test('a wrong SIZE is told as it is, and an upload with another size is passing', async () => {
  await withServer({ SIZE: '213 40' }, async (store) => {
    expect(await store.describe('x')).toMatchObject({
      ...{ size: 40, version: '40 2026-11-01T10:00:00.000Z' },
    });
    expect(await readText(store)).toBe(FILE_TEXT);
    const wrong = passing('the server has 40 bytes of the 43 bytes that were sent');
    await expect(upload(store)).rejects.toMatchObject(wrong);
  });
});

test('a file that the server does not replace is removed first', async () => {
  let isRefused = true;
  const RNTO: Turn = (control) => {
    control.write(isRefused ? '553 It exists\r\n' : '250 Renamed\r\n');
    isRefused = false;
  };
  await withServer({ RNTO }, async (store) => {
    await store.finish(await upload(store));
    const last = store.commands.slice(-5);
    expect(last).toEqual(['SIZE x', 'MDTM x', 'DELE x', 'RNFR .t.part', 'RNTO x']);
    expect(store.notes).toEqual([expect.stringMatching(/^The server does not replace a file/)]);
  });
  await withServer({ RNTO: '553 Never' }, async (store) => {
    const why = 'the old file was removed, and then the server answered 553 Never';
    await expect(store.finish(await upload(store))).rejects.toMatchObject({
      ...{ message: why, isMaybe: false },
    });
  });
});

test.skipIf(leftOut)(`ProFTPD that replaces no file${leftOut ?? ''}`, async () => {
  const server = await startFtp('AllowOverwrite off');
  const store = await open(openStore, server);
  writeFileSync(join(server.home, 'x'), 'old', { mode: 0o666 });
  await upload(store);
  await store.finish(await upload(store));
  expect((await store.describe('x')).size).toBe(FILE_TEXT.length);
  expect(store.notes).toEqual([expect.stringMatching(/^The server does not replace a file/)]);
  const wrong = { ...server, access: { ...access, password: 'Falsch-1' } };
  const refused = final(/^the server answered 530 (?!.*Falsch-1)/);
  await expect((await open(openStore, wrong)).describe('x')).rejects.toMatchObject(refused);
  await store.close();
  await server.stop();
});

test('a certificate is checked, and port 990 begins with TLS', async (context) => {
  const tls = makeCertificate(folder);
  const host = '127.0.0.2';
  const server = await startScripted({}, { host, port: 990, tls }).catch(() => null);
  if (server === null) return context.skip(`port 990 is not for ${userInfo().username}`);
  const describe = async (more: Access) => {
    const place: Place = placeOf('ftps', 990, host);
    const store = await open(openStore, { place, access: { ...access, ...more } });
    return await store.describe('x').finally(store.close);
  };
  await expect(describe({})).rejects.toMatchObject(final('self-signed certificate'));
  expect((await describe({ ca: tls.cert })).size).toBe(FILE_TEXT.length);
  expect((await describe({ strictSSL: false })).size).toBe(FILE_TEXT.length);
  await server.close();
});

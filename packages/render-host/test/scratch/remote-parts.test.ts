/* The removal of uploads without a final name, up to the program that talks to the server. */
import { expect, test } from 'vitest';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { writeRemotePart } from '../../src/transfers/remote-part.mjs';
import { removeUpload } from '../../src/transfers/remove-upload.ts';
import type { Place } from '../../src/transfers/stores/store.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const place: Place = {
  ...{ scheme: 'sftp' as const, host: '127.0.0.1', port: 1, bucket: '', key: '/films/a?b.mov' },
  ...{ region: null, endpoint: null },
};
const partOf = (id: string, start = '.a?b.mov', temporary?: string) => {
  const name = `${start}.${id}.part`;
  return writeRemotePart({ place, name, temporary: temporary ?? `/films/${name}` });
};

test('an upload is left to the next sweep, which removes it', async () => {
  const part = partOf(ID);
  const later = await removeParts([part], ID);
  const error = 'it is on a server, and is removed next';
  expect(later).toMatchObject({ goneAt: null, leftovers: [{ path: part, error }] });
  const asked: string[] = [];
  const uploads = async (path: string) => {
    asked.push(path);
    return asked.length === 1 ? 'the server does not answer' : null;
  };
  const failed = await removeParts([part], ID, { uploads });
  expect(failed.leftovers).toEqual([{ path: part, error: 'the server does not answer' }]);
  expect(await removeParts([part], ID, { uploads })).toMatchObject({ leftovers: [] });
  expect(asked).toEqual([part, part]);
});

test.each([
  ['of another attempt', partOf('01890000-0000-7000-8000-000000000002')],
  ['that is not named like one', partOf(ID, 'a.mov')],
  ['that leads to another file', partOf(ID, '.a?b.mov', '/films/precious.mov')],
  ['that was changed', partOf(ID).replace('127.0.0.1', 'evil.example')],
])('an upload %s is not touched', async (_, part) => {
  const uploads = async () => expect.fail('it was touched');
  const { leftovers } = await removeParts([part], ID, { uploads });
  expect(leftovers).toEqual([
    { path: part, error: expect.stringMatching(/^it is not named like/) },
  ]);
});

test('a server that cannot be reached leaves a sentence, also without a login', async () => {
  const host = { credentials: [], addresses: { refused: [], allowed: [] }, user: null };
  const login = {
    name: 'nas',
    for: ['sftp://127.0.0.1:1'],
    access: { user: 'ann', password: 'x' },
  };
  const known = { ...host, credentials: [{ ...login, endpoint: null, region: null, headers: {} }] };
  const without = await removeUpload(partOf(ID), host, 60_000);
  expect(without).toMatch(/RENDERDECK_CREDENTIALS_FILE has no login for it: remove it by hand$/);
  expect(await removeUpload(partOf(ID), known, 60_000)).toMatch(/ECONNREFUSED|refused/);
});

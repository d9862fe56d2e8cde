import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOpenToOthers, readCredentials, secretsOf } from './read-credentials.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('credentials');
});
afterAll(() => folder.remove());

async function read(content: unknown) {
  const path = join(folder.path, 'credentials.json');
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return await readCredentials(path);
}

test('reads each entry, with the files that it names', async () => {
  const files = { key: 'PRIVATE', ca: 'CERTIFICATE', account: '{"private_key":"OF ACCOUNT"}' };
  const at = (name: string) => join(folder.path, name);
  for (const [name, text] of Object.entries(files)) await writeFile(at(name), text);
  const found = await read({
    nas: { for: ['sftp://nas.example:22'], user: 'render', privateKeyFile: at('key') },
    s3: {
      for: ['s3://*'],
      accessKeyId: 'A',
      secretAccessKey: 'S',
      endpoint: 'https://s3.example/',
    },
    gs: { for: ['gs://films'], serviceAccountFile: at('account'), caFile: at('ca') },
    web: { for: ['https://files.example'], headers: { 'x-key': 'HEADER' } },
    plain: { for: ['http://files.example'], plainHttp: true },
  });
  if (!found.ok) throw new Error(found.sentence);
  const { credentials } = found;
  expect(credentials).toMatchObject([
    {
      name: 'nas',
      for: ['sftp://nas.example:22'],
      access: { user: 'render', privateKey: 'PRIVATE' },
    },
    { name: 's3', endpoint: 'https://s3.example', access: { accessKeyId: 'A' } },
    { access: { serviceAccount: { private_key: 'OF ACCOUNT' }, ca: 'CERTIFICATE' } },
    { access: {}, headers: { 'x-key': 'HEADER' } },
    { name: 'plain', access: {} },
  ]);
  expect(secretsOf(credentials)).toEqual(['PRIVATE', 'S', 'OF ACCOUNT', 'HEADER']);
});

test.each([
  ['no JSON', '{"nas": "hunter2', /is no JSON\.$/],
  ['no server', { nas: { user: 'ann' } }, /is not valid: nas\.for: /],
  ['a server that is no address', { nas: { for: ['nas.example'] } }, /nas\.for\.0: must be like/],
  ['a path in a server', { nas: { for: ['sftp://nas.example/films'] } }, /must be like/],
  ['any server', { nas: { for: ['sftp://*.example'] } }, /must be like/],
  ['an unknown field', { nas: { for: ['sftp://nas.example'], pass: 'hunter2' } }, /"pass"/],
  [
    'a wrong account',
    { a: { for: ['gs://*'], serviceAccountFile: '/etc/passwd' } },
    /is no key file/,
  ],
  [
    'a file that is missing',
    { a: { for: ['gs://*'], caFile: '/nowhere' } },
    /cannot be read: ENOENT/,
  ],
  [
    'a login without encryption',
    { a: { for: ['HTTP://a.example'] } },
    /a\.for: .* "plainHttp": true/,
  ],
  ['a path that is not full', { a: { for: ['gs://*'], caFile: 'ca.pem' } }, /a\.caFile: must be a/],
])('%s gives a sentence without a secret', async (_, content, sentence) => {
  const found = await read(content);
  expect(found).toEqual({ ok: false, sentence: expect.stringMatching(sentence) });
  expect(JSON.stringify(found)).not.toMatch(/hunter2/);
});

test('no file has no entries, and a missing one is told', async () => {
  expect(await readCredentials(null)).toEqual({ ok: true, credentials: [] });
  const missing = await readCredentials(join(folder.path, 'nowhere'));
  expect(missing).toMatchObject({ ok: false, sentence: expect.stringContaining('ENOENT') });
});

test.skipIf(process.platform === 'win32')('says whether others may read the file', async () => {
  const path = join(folder.path, 'open');
  await writeFile(path, '{}', { mode: 0o644 });
  expect(await isOpenToOthers(path)).toBe(true);
  const own = join(folder.path, 'own');
  await writeFile(own, '{}', { mode: 0o600 });
  expect(await isOpenToOthers(own)).toBe(false);
});

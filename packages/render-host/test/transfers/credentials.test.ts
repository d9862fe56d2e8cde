/* A login of a host goes only to the servers of its entry, whatever a job says. */
import { expect, test } from 'vitest';
import { type Credential, chooseAccess, loginFor } from '../../src/transfers/credentials.mjs';
import { findCredentials } from '../../src/transfers/find-credentials.ts';
import type { Params } from '../../src/transfers/request.mjs';
import { readStoreAddress, readUploadPlace } from '../../src/transfers/store-address.mjs';

const entry = (name: string, servers: string[], more: Partial<Credential> = {}): Credential => ({
  ...{ name, for: servers, endpoint: null, region: null, headers: {} },
  access: { user: `user of ${name}`, password: 'secret' },
  ...more,
});
const NAS = entry('nas', ['sftp://nas.example', 'ftp://nas.example:2121']);
const OTHER = entry('other', ['sftp://nas.example:2222']);
const FILMS = entry('films', ['s3://films'], { region: 'eu-west-1' });
const MINIO = entry('minio', ['s3://*'], { endpoint: 'https://s3.studio.example' });
const ALL = [NAS, OTHER, FILMS, MINIO];
const choose = (src: string, params = {}) => chooseAccess(readStoreAddress(src, params), ALL);

test.each([
  ['the server', 'sftp://nas.example/a', {}, 'nas'],
  ['the server in capitals', 'SFTP://NAS.example:22/a', {}, 'nas'],
  ['the port', 'sftp://nas.example:2222/a', {}, 'other'],
  ['a name', 'sftp://nas.example/a', { login: 'nas' }, 'nas'],
  ['a bucket', 's3://films/a', {}, 'films'],
  ['the profile of nexrender', 's3://films/a', { credentials: { profile: 'films' } }, 'films'],
  ['any bucket', 's3://more/a', {}, 'minio'],
  ['another port', 'ftp://nas.example/a', {}, null],
  ['another scheme', 'ftps://nas.example:2121/a', {}, null],
  ['a server with the name in it', 'sftp://nas.example.evil.example/a', {}, null],
  ['a login of the job', 'sftp://ann:pass@nas.example/a', {}, null],
  ['keys of the job', 's3://films/a', { credentials: { accessKeyId: 'A' } }, null],
  ['an S3 of the job', 's3://films/a', { endpoint: 'https://evil.example' }, null],
  ['the S3 of the entry', 's3://x/a', { endpoint: 'https://s3.studio.example/' }, 'minio'],
  ['an AWS profile of the host', 's3://films/a', { credentials: { profile: 'own' } }, null],
])('the entry for %s', (_, src, params, expected) => {
  expect(choose(src, params)).toMatchObject({ entry: expected });
});

test('the entry gives the endpoint and the region', () => {
  const { region, endpoint } = { region: 'eu-west-1', endpoint: 'https://s3.studio.example' };
  expect(choose('s3://films/a')).toMatchObject({ place: { region, endpoint: null } });
  expect(choose('s3://more/a')).toMatchObject({ place: { region: null, endpoint } });
});

test.each([
  ['that does not exist', 'sftp://nas.example/a', 'nobody'],
  ['of another server', 'sftp://evil.example/a', 'nas'],
])('a job that names a login %s gets none', (_, src, login) => {
  expect(choose(src, { login })).toEqual({ missing: login });
});

test('an upload gets its login too', () => {
  const params = { host: 'nas.example', output: '/a' };
  expect(chooseAccess(readUploadPlace('sftp', params, 'a'), ALL)).toMatchObject({ entry: 'nas' });
});

test('headers and a login go to one origin of http only', () => {
  const web = entry('web', ['https://files.example'], { headers: { 'x-key': 'k' } });
  const authorization = `Basic ${btoa('user of web:secret')}`;
  const login = (address: string) => loginFor(new URL(address), {}, [NAS, web]);
  const headers = { authorization, 'x-key': 'k' };
  expect(login('https://files.example/a')).toEqual({ headers });
  for (const other of ['http://files.example/a', 'https://files.example:8443/a'])
    expect(login(other)).toEqual({ headers: {} });
  expect(login('https://ann:own@files.example/a')).toEqual({ headers: {} });
});

test.each<[Params, string | null]>([
  ...(['proxy', 'noProxy', 'ca', 'cert', 'key', 'body'] as const).map((name): [Params, string] => [
    { [name]: 'x' },
    `params.${name} may not be given for `,
  ]),
  [{ strictSSL: false }, 'params.strictSSL may not be false for '],
  [{ method: 'delete' }, 'params.method must be GET or HEAD for '],
  [{ headers: { Host: 'evil.example' } }, 'params.headers may hold only accept, '],
  [{ headers: { 'X-Key': 'mine' } }, 'params.headers may hold only accept, '],
  [{ method: 'head', strictSSL: true, headers: { Accept: 'image/png' }, integrity: 'x' }, null],
])('beside a login of the host, a source with %j: %s', (params, refused) => {
  const web = entry('web', ['https://files.example'], { headers: { 'x-key': 'k' } });
  const login = loginFor(new URL('https://files.example/a'), params, [web]);
  if (refused === null) expect(login).toMatchObject({ headers: { 'x-key': 'k' } });
  else expect(login).toEqual({ refused: expect.stringContaining(refused) });
  const job = { template: { src: 'https://files.example/a', params } };
  expect(findCredentials(job, [web])).toMatchObject(
    refused === null
      ? { ok: true }
      : { ok: false, kind: 'refused', sentence: expect.stringContaining(`template.${refused}`) },
  );
});

test('the rules of a job for certificates never go with a login of the host', () => {
  expect(choose('s3://films/a', { ca: 'CA', strictSSL: false })).toMatchObject({
    entry: 'films',
    access: FILMS.access,
  });
});

test('a render gets only the logins that its job needs, or the host says what it lacks', () => {
  const job = (src: string, params = {}) => ({
    template: { src: 'file:///a.aep' },
    assets: [
      { type: 'image', src, params },
      { type: 'data', src: 'sftp://nas.example/a' },
    ],
    actions: {
      postrender: [
        {
          module: '@nexrender/action-upload',
          provider: 's3',
          params: { bucket: 'films', key: 'a' },
        },
      ],
    },
  });
  const names = (found: ReturnType<typeof findCredentials>) =>
    found.ok ? found.credentials.map(({ name }) => name) : found.sentence;
  expect(names(findCredentials(job('https://x.example/a'), ALL))).toEqual(['films']);
  expect(names(findCredentials(job('sftp://nas.example/a'), ALL))).toEqual(['nas', 'films']);
  expect(names(findCredentials(job('sftp://x.example/a', { login: 'nas' }), ALL))).toBe(
    'assets[0] needs the login nas. RENDERDECK_CREDENTIALS_FILE of this host has none of this ' +
      'name for that server.',
  );
});

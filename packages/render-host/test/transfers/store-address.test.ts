/* Where a source or an upload lies, from all forms that nexrender's providers take. */
import { expect, test } from 'vitest';
import {
  BadAddress,
  readStoreAddress,
  readUploadPlace,
  writeAddress,
} from '../../src/transfers/store-address.mjs';

const place = { host: '', port: null, bucket: '', region: null, endpoint: null };
const spaces = 'https://fra1.digitaloceanspaces.com';
const s3 = { ...place, scheme: 's3', bucket: 'films' };

test.each([
  ['s3://films/a/b%20c.png', { ...s3, key: 'a/b c.png' }],
  ['s3://my.films/a.png', { ...s3, bucket: 'my.films', key: 'a.png' }],
  ['s3://films.s3.amazonaws.com/a.png', { ...s3, key: 'a.png' }],
  ['s3://my.films.s3.eu-west-1.amazonaws.com/a.png', { bucket: 'my.films', region: 'eu-west-1' }],
  ['s3://s3.us-east-2.amazonaws.com/films/a/b.png', { ...s3, key: 'a/b.png', region: 'us-east-2' }],
  ['s3://films.s3-eu-west-1.amazonaws.com/a.png', { ...s3, key: 'a.png', region: 'eu-west-1' }],
  ['s3://films.fra1.digitaloceanspaces.com/a.png', { bucket: 'films', endpoint: spaces }],
  ['gs://films/a%20b #1.png', { ...place, scheme: 'gs', bucket: 'films', key: 'a%20b #1.png' }],
  ['ftp://files.example:2121/a%20b.png', { host: 'files.example', port: 2121, key: '/a b.png' }],
  ['FTPS://files.example/a.png', { scheme: 'ftps', host: 'files.example', port: null }],
  ['sftp://[::1]:22/home/a.png', { scheme: 'sftp', host: '::1', port: 22, key: '/home/a.png' }],
])('%s', (src, expected) => {
  expect(readStoreAddress(src, {}).place).toMatchObject(expected);
});

test('the login of a job is read from the address, and from params as nexrender has it', () => {
  const { access } = readStoreAddress('sftp://an%40a:s%2Fe@files.example/a', {});
  expect(access).toEqual({ user: 'an@a', password: 's/e' });
  const keys = { accessKeyId: 'AK', secretAccessKey: 'SK', sessionToken: 'T' };
  const role = { RoleArn: 'arn', RoleSessionName: 'me', ExternalId: '7' };
  const { access: ofS3 } = readStoreAddress('s3://films/a', { credentials: { ...keys, ...role } });
  expect(ofS3).toEqual({ ...keys, roleArn: 'arn', roleSessionName: 'me', externalId: '7' });
  const named = readStoreAddress('s3://films/a', { credentials: { profile: 'studio' } });
  expect(named).toMatchObject({ login: 'studio', access: { profile: 'studio' } });
  expect(readStoreAddress('gs://films/a', { login: 'studio' }).login).toBe('studio');
});

const server = { host: 'files.example', user: 'ann', password: 'pass' };
test.each([
  ['s3', { bucket: 'films', key: 'a.mp4', region: 'eu-west-1' }, 's3://films/a.mp4'],
  ['s3', { bucket: 'films', key: 'a.mp4', endpoint: spaces }, `${spaces}/films/a.mp4`],
  ['s3', { bucket: 'films', key: 'folder/' }, 's3://films/folder/own.mov'],
  ['gs', { bucket: 'films', item: 'a b.mp4' }, 'gs://films/a b.mp4'],
  ['ftp', { ...server, port: 2121, output: '/var/a.mp4' }, 'ftp://files.example:2121/var/a.mp4'],
  ['ftp', { ...server, port: '21' }, 'ftp://files.example:21/own.mov'],
  ['ftp', { ...server, secure: true }, 'ftps://files.example/own.mov'],
  ['ftp', { ...server, secure: 'implicit' }, 'ftps://files.example:990/own.mov'],
  ['sftp', { ...server, host: '::1', output: 'x/a.mp4' }, 'sftp://[::1]/x/a.mp4'],
])('an upload to %s with %o', (provider, params, address) => {
  expect(writeAddress(readUploadPlace(provider, params, 'own.mov').place)).toBe(address);
});

test.each([
  ['a bucket without a name', () => readStoreAddress('s3:///a.png', {}), null],
  ['no key', () => readStoreAddress('s3://films/', {}), null],
  ['a folder', () => readStoreAddress('gs://films/a/', {}), null],
  ['a wrong %', () => readStoreAddress('s3://films/a%zz', {}), null],
  ['a line break', () => readStoreAddress('ftp://files.example/a%0D%0ADELE b', {}), null],
  ['a query', () => readStoreAddress('ftp://files.example/a?b', {}), null],
  ['no upload key', () => readUploadPlace('s3', { bucket: 'films' }, 'a'), 'params.key'],
  ['no host', () => readUploadPlace('ftp', {}, 'a'), 'params.host'],
  [
    'an endpoint of another kind',
    () => readUploadPlace('s3', { bucket: 'b', key: 'k', endpoint: 'file:///etc' }, 'a'),
    'params.endpoint',
  ],
  ['a region of its own', () => readStoreAddress('s3://b/k', { region: 'x.y/z' }), 'params.region'],
  ['a port', () => readUploadPlace('ftp', { ...server, port: 'x' }, 'a'), 'params.port'],
])('%s is refused', (_, read, field) => {
  expect(read).toThrow(BadAddress);
  expect(read).toThrow(expect.objectContaining({ field }));
});

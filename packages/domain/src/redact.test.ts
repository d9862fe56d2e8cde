import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

test('secrets of the job are masked everywhere, the longest first', () => {
  const job = {
    assets: [
      {
        params: {
          headers: { Authorization: 'Bearer abcdef' },
          credentials: { user: 'maria', apiKey: 'abcd' },
        },
      },
    ],
    template: { name: 'maria.aep2' },
  };
  const redact = createRedactor(job);
  expect(redact('GET with Bearer abcdef by maria, key abcd')).toBe(
    'GET with Bearer ••• by •••, key •••',
  );
});

test('logins in addresses, signatures and tokens are masked, even if the job has none', () => {
  const redact = createRedactor({});
  expect(
    redact('> Downloading https://bob:pw@host/a.aep?x=1&X-Amz-Signature=99ff&token=t...'),
  ).toBe('> Downloading https://•••@host/a.aep?x=1&X-Amz-Signature=•••&token=•••');
  expect(redact('redirected with Bearer xyz')).toBe('redirected with Bearer •••');
});

test('tokens, header pairs and the parts of a login are masked wherever they stand', () => {
  const redact = createRedactor({
    template: { src: 'https://ghp_token@host/a.aep' },
    assets: [
      { src: 'https://maria:p%40ss%20word@host/b.png' },
      {
        params: {
          headers: [
            ['X-Api-Key', 'abcdefg'],
            ['Accept', 'image/png'],
          ],
        },
      },
      { params: { headers: [{ name: 'Cookie', value: 'sid=12345' }] } },
    ],
  });
  expect(
    redact('401 for ghp_token; maria, p%40ss%20word, p@ss word; abcdefg, image/png, sid=12345'),
  ).toBe('401 for •••; •••, •••, •••; •••, image/png, •••');
});

test('a key of several lines is masked line by line, and a secret also inside JSON', () => {
  const job = { privateKey: 'MIIE1111\nMIIE2222\n', password: 'quo"te\\d' };
  const redact = createRedactor(job);
  expect(redact('read MIIE1111')).toBe('read •••');
  expect(redact('MIIE2222 was wrong')).toBe('••• was wrong');
  expect(redact(`sent ${JSON.stringify(job)}`)).toBe('sent {"privateKey":"•••","password":"•••"}');
});

test('a text without secrets does not change, and a very short secret masks nothing', () => {
  expect(createRedactor({ password: 'a' })('PROGRESS: a (1)')).toBe('PROGRESS: a (1)');
});

test('a text that is secret only because the job names it is masked', () => {
  const redact = createRedactor({ assets: [{ value: 'Blue Falcon' }] }, ['Blue Falcon']);
  expect(redact('set "Blue Falcon" of layer 1')).toBe('set "•••" of layer 1');
});

test('an address that the job names as secret is masked whole, and so is its file name', () => {
  const src = 'http://user:pw1234@host:8080/films/Blue%20Falcon.mov?token=abcdefg&v=1';
  const redact = createRedactor({ assets: [{ src }] }, [src]);
  expect(redact(`${src} could not be downloaded`)).toBe('••• could not be downloaded');
  expect(redact('copied to asset-1-Blue Falcon.mov, http://x')).toBe(
    'copied to asset-1-•••, http://x',
  );
  const file = createRedactor({}, ['C:\\films\\Falcon.aep', '50%']);
  expect(file('opened Falcon.aep of C:\\films\\Falcon.aep')).toBe('opened ••• of •••');
});

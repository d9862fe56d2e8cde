import { expect, test } from 'vitest';
import { standaloneConfig } from './config.ts';

test.each([
  [{ RENDERDECK_ADMIN_PASSWORD: 'short' }, 'RENDERDECK_ADMIN_PASSWORD has 12 characters or more.'],
  [
    { RENDERDECK_ADMIN_PASSWORD: 'x'.repeat(257) },
    'RENDERDECK_ADMIN_PASSWORD has 256 characters or fewer.',
  ],
  ...['-admin', 'admin ', 'a+b@farm.example', 'x'.repeat(65)].map(
    (name): [Record<string, string>, string] => [
      { RENDERDECK_ADMIN_USER: name },
      'RENDERDECK_ADMIN_USER has 1 to 64 letters, digits, spaces or . _ @ -, ' +
        'a letter or digit first and no space last.',
    ],
  ),
  [{ PORT: 'http' }, 'PORT is a port number.'],
])('settings %j: %s', (env, sentence) => {
  expect(standaloneConfig(env)).toEqual({ ok: false, sentences: [sentence] });
});

test('settings left out or empty have their defaults', () => {
  expect(
    standaloneConfig({ RENDERDECK_ADMIN_USER: '', RENDERDECK_ADMIN_PASSWORD: '' }),
  ).toMatchObject({
    ok: true,
    config: { databaseUrl: null, port: 4000, adminUser: 'admin', adminPassword: null },
  });
});

import { expect, test } from 'vitest';
import { workerConfig } from '../src/config.ts';

const URL = 'postgres://renderdeck:x@127.0.0.1/renderdeck';
test.each([
  [{}, 'DATABASE_URL is a postgres:// URL.'],
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL is a postgres:// URL.'],
  [
    { DATABASE_URL: URL, RENDERDECK_LEASE_MS: '100' },
    'RENDERDECK_LEASE_MS is a whole number of milliseconds from 3000 to 3600000.',
  ],
  [
    { DATABASE_URL: URL, RENDERDECK_LEASE_MS: 'long' },
    'RENDERDECK_LEASE_MS is a whole number of milliseconds from 3000 to 3600000.',
  ],
  [
    { DATABASE_URL: URL, RENDERDECK_SLOTS: '1.5' },
    'RENDERDECK_SLOTS is a whole number from 1 to 64.',
  ],
  [{ DATABASE_URL: URL, RENDERDECK_LOG_LEVEL: 'loud' }, /^RENDERDECK_LOG_LEVEL .*"info"/],
  [
    { DATABASE_URL: URL, RENDERDECK_STALL_LIMIT_MS: '600000' },
    'RENDERDECK_STALL_LIMIT_MS is no longer read: set it in RENDERDECK_RENDER_LIMITS, such as ' +
      'render=30m.',
  ],
])('settings %j: %s', (env, sentence) => {
  const read = workerConfig(env);
  expect(read.ok ? [] : read.sentences).toEqual([
    typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
  ]);
});

test('settings left out or empty have their defaults', () => {
  expect(
    workerConfig({ DATABASE_URL: URL, RENDERDECK_LEASE_MS: '', RENDERDECK_ASSET_ROOTS: '/a:/b' }),
  ).toMatchObject({
    ok: true,
    config: {
      slots: 1,
      aerender: null,
      leaseMs: 30_000,
      stopGraceMs: 2000,
      endStrays: false,
      assetRoots: ['/a', '/b'],
      outputRoots: [],
      logLevel: 'info',
    },
  });
});

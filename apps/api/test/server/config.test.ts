import { expect, test } from 'vitest';
import { apiConfig } from '../../src/config.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';

const URL = 'postgres://renderdeck:x@127.0.0.1/renderdeck';
const SECRET = 'x'.repeat(32);

const BASE = { DATABASE_URL: URL, RENDERDECK_SESSION_SECRET: SECRET };
const PROXIES =
  'RENDERDECK_TRUST_PROXY lists the addresses or networks of proxies, joined by commas.';
const NAME =
  'RENDERDECK_ADMIN_USER has 1 to 64 letters, digits, spaces or . _ @ -, ' +
  'a letter or digit first and no space last.';
type Case = [settings: Record<string, string>, sentence: string];

test.each<Case>([
  [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL is a postgres:// URL.'],
  [{ RENDERDECK_SESSION_SECRET: 'short' }, 'RENDERDECK_SESSION_SECRET has 32 characters or more.'],
  [
    { RENDERDECK_OLD_SESSION_SECRET: 'short' },
    'RENDERDECK_OLD_SESSION_SECRET has 32 characters or more.',
  ],
  ...['yes', 'proxy.example', '10.0.0.0/33', '10.0.0.0/8/8', '::1/0', '127.0.0.1,'].map(
    (text): Case => [{ RENDERDECK_TRUST_PROXY: text }, PROXIES],
  ),
  [{ PORT: 'http' }, 'PORT is a port number.'],
  [{ PORT: '70000' }, 'PORT is a port number.'],
  [{ RENDERDECK_ADMIN_PASSWORD: 'short' }, 'RENDERDECK_ADMIN_PASSWORD has 12 characters or more.'],
  [
    { RENDERDECK_ADMIN_PASSWORD: 'x'.repeat(257) },
    'RENDERDECK_ADMIN_PASSWORD has 256 characters or fewer.',
  ],
  ...['-admin', 'admin ', 'a+b@farm.example', 'x'.repeat(65)].map(
    (name): Case => [{ RENDERDECK_ADMIN_USER: name }, NAME],
  ),
  [{ RENDERDECK_NEXRENDER_API: '1' }, 'RENDERDECK_NEXRENDER_API is on or off.'],
  [
    { RENDERDECK_HOST_DATABASE_URL: URL },
    'RENDERDECK_HOST_DATABASE_URL names no user and no password, because each host has its own.',
  ],
  ...['-1', '1.5', 'many'].map(
    (text): Case => [
      { RENDERDECK_REQUESTS_PER_MINUTE: text },
      'RENDERDECK_REQUESTS_PER_MINUTE is a whole number from 0.',
    ],
  ),
])('settings %j: %j', (settings, sentence) => {
  expect(apiConfig({ ...BASE, ...settings })).toEqual({ ok: false, sentences: [sentence] });
});

test('each setting that is missing has its sentence', () => {
  const sentences = [
    'DATABASE_URL is a postgres:// URL.',
    'RENDERDECK_SESSION_SECRET is missing; make one with `openssl rand -base64 48`.',
  ];
  expect(apiConfig({})).toEqual({ ok: false, sentences });
});

test('settings left out or empty have their defaults', () => {
  const none = { PORT: '', RENDERDECK_TRUST_PROXY: '', RENDERDECK_OLD_SESSION_SECRET: '' };
  const env = { ...BASE, ...none };
  expect(apiConfig(env)).toEqual({
    ok: true,
    config: {
      databaseUrl: URL,
      listenUrl: URL,
      hostDatabaseUrl: null,
      hostDatabaseCertificate: null,
      host: '127.0.0.1',
      port: 4000,
      sessionSecrets: [SECRET],
      firstAdmin: null,
      sessionLife: { maxMs: 720 * 60_000, idleMs: 240 * 60_000 },
      trustProxy: false,
      logLevel: 'info',
      limits: DEFAULT_LIMITS,
      keepChangesMs: 90 * 86_400_000,
      keepJobsMs: 90 * 86_400_000,
      keepLogsMs: 30 * 86_400_000,
      keepSecretsMs: 7 * 86_400_000,
      submitPriorityMax: 50,
      nexrenderApi: false,
      nexrenderOrigins: [],
      webhookNetworks: [],
      servedOutputs: [],
      publicUrl: null,
      tracesTo: null,
    },
  });
  expect(apiConfig({ ...env, RENDERDECK_ADMIN_PASSWORD: 'a long password' })).toMatchObject({
    config: { firstAdmin: { name: 'admin', password: 'a long password' } },
  });
  const more = {
    RENDERDECK_NEXRENDER_API: 'on',
    RENDERDECK_NEXRENDER_ORIGINS: 'https://a.example, http://b.example:81',
    RENDERDECK_MAX_BODY_MB: '20',
  };
  expect(apiConfig({ ...env, ...more })).toMatchObject({
    config: {
      nexrenderApi: true,
      nexrenderOrigins: ['https://a.example', 'http://b.example:81'],
      limits: { bodyBytes: 20 * 1024 * 1024 },
    },
  });
});

test.each([`${SECRET},${SECRET}y`, ` ${SECRET} ; "x"`])(
  'a secret is one key, whatever characters it has: %j; the old one comes second',
  (text) => {
    const one = { ...BASE, RENDERDECK_SESSION_SECRET: text };
    expect(apiConfig(one)).toMatchObject({ config: { sessionSecrets: [text] } });
    const two = { ...BASE, RENDERDECK_OLD_SESSION_SECRET: text };
    expect(apiConfig(two)).toMatchObject({ config: { sessionSecrets: [SECRET, text] } });
  },
);

test.each(['127.0.0.1', '::1', 'loopback', '10.0.0.0/8, fd00::/8', '192.168.1.0/24,uniquelocal'])(
  'a proxy can be named as %s',
  (text) => {
    const env = { ...BASE, RENDERDECK_TRUST_PROXY: text };
    expect(apiConfig(env)).toMatchObject({ ok: true, config: { trustProxy: text } });
  },
);

import { expect, test } from 'vitest';
import { migrateSettings, workerSettings } from './programs.ts';
import { readSettings } from './read-settings.ts';

const DATABASE_URL = 'postgres://renderdeck:x@127.0.0.1/renderdeck';

test('an unset or empty variable gets its default, and the default is checked too', () => {
  const env = { DATABASE_URL, RENDERDECK_SLOTS: '', RENDERDECK_ACTIONS: ' own , other,' };
  expect(readSettings(workerSettings, env)).toMatchObject({
    ok: true,
    values: {
      RENDERDECK_SLOTS: 1,
      RENDERDECK_LEASE_MS: 30_000,
      RENDERDECK_ACTIONS: ['own', 'other'],
    },
  });
});

test('each invalid value gets a sentence that starts with the name of its setting', () => {
  const env = { DATABASE_URL: 'localhost', RENDERDECK_SLOTS: '0' };
  expect(readSettings(workerSettings, env)).toEqual({
    ok: false,
    sentences: [
      'DATABASE_URL is a postgres:// URL.',
      'RENDERDECK_SLOTS is a whole number from 1 to 64.',
    ],
  });
});

test.each([
  ['postgres://u:p@a:5432,b:5433/farm?target_session_attrs=primary', null],
  ['postgresql://u:p@a,b/farm?sslmode=require&target_session_attrs=primary', null],
  ['postgres://u:p@[::1]:5432/farm?target_session_attrs=primary', null],
  [
    'postgres://u:p@a:5432,b:5433/farm',
    'DATABASE_URL names several servers, so it ends with ?target_session_attrs=primary.',
  ],
  [
    'postgres://u:p@a:5432,b:5433/farm?target_session_attrs=read-write',
    'DATABASE_URL names several servers, so it ends with ?target_session_attrs=primary.',
  ],
  ['postgres://u:p@a:port,b:5433/farm', 'DATABASE_URL is a postgres:// URL.'],
  ['http://a/farm', 'DATABASE_URL is a postgres:// URL.'],
])('DATABASE_URL may be %s: %s', (url, sentence) => {
  const read = readSettings(workerSettings, { DATABASE_URL: url });
  if (sentence === null) expect(read).toMatchObject({ values: { DATABASE_URL: url } });
  else expect(read).toMatchObject({ sentences: [sentence] });
});

test.each([
  ['169.254.169.254, 10.0.0.0/8,fd00::/8', true],
  ['::1,nas.example.com,metadata', true],
  ['10.0.0.0/33', false],
  ['10.0.0.300', false],
  ['1234', false],
  ['http://nas/', false],
  ['nas:80', false],
  ['*', false],
])('the hosts that jobs may reach can be %s: %s', (list, ok) => {
  const read = readSettings(workerSettings, { DATABASE_URL, RENDERDECK_ALLOW_ADDRESSES: list });
  if (ok)
    expect(read).toMatchObject({
      values: { RENDERDECK_ALLOW_ADDRESSES: list.split(',').map((one) => one.trim()) },
    });
  else
    expect(read).toMatchObject({
      sentences: [expect.stringMatching(/^RENDERDECK_ALLOW_ADDRESSES lists host names, addresses/)],
    });
});

test('a program reads its own settings and ignores the settings of other programs', () => {
  expect(readSettings(migrateSettings, { PORT: 'none' })).toEqual({ ok: true, values: {} });
});

test.each([
  ['', []],
  ['-close DO_NOT_SAVE_CHANGES; sound  ON;', ['-close DO_NOT_SAVE_CHANGES', 'sound ON']],
  ['-reuse', null],
  ['REUSE', null],
  ['-output /tmp/x.avi', null],
  ['-sound ON -reuse', null],
  ['-mem_usage 50 50', null],
  ['$(id)', null],
])('aerender may get the parameters %s: %j', (value, parameters) => {
  const env = { DATABASE_URL, RENDERDECK_AERENDER_PARAMETERS: value };
  const read = readSettings(workerSettings, env);
  if (parameters === null)
    expect(read).toMatchObject({
      sentences: [expect.stringMatching(/^RENDERDECK_AERENDER_PARAMETERS (lists|names) /)],
    });
  else expect(read).toMatchObject({ values: { RENDERDECK_AERENDER_PARAMETERS: parameters } });
});

test.each([
  ['off', null],
  ['75', 75],
  ['0', undefined],
  ['101', undefined],
  ['many', undefined],
])('multi-frame rendering can be %s: %j', (value, percent) => {
  const read = readSettings(workerSettings, { DATABASE_URL, RENDERDECK_MULTI_FRAMES: value });
  if (percent === undefined)
    expect(read).toMatchObject({
      sentences: ['RENDERDECK_MULTI_FRAMES is off or a whole number from 1 to 100.'],
    });
  else expect(read).toMatchObject({ values: { RENDERDECK_MULTI_FRAMES: percent } });
});

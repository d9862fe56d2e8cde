/* The file of settings that `worker join` writes, as Node itself reads it. */
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { writeSettings } from '@renderdeck/settings';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseUrlOf } from '../../src/commands/join/database-url.ts';
import { findSettingsFile, loadSettingsFile } from '../../src/settings-file.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('settings');
});
afterAll(() => folder.remove());

test('lines that it does not set stay, and Node reads back what it sets', async () => {
  const path = join(folder.path, 'worker-a.env');
  await writeFile(path, '# mine\nRENDERDECK_SLOTS=2\nexport DATABASE_URL=old\nDATABASE_URL=old\n');
  await chmod(path, 0o644);
  const values = {
    DATABASE_URL: 'postgres://a:b@c/d?sslmode=verify-full',
    RENDERDECK_AERENDER: 'C:\\Program Files\\Adobe\\aerender.exe',
    RENDERDECK_ASSET_ROOTS: `/a "b" #c`,
  };
  await writeSettings(path, values);
  const text = await readFile(path, 'utf8');
  expect(text).toMatch(/^# mine\nRENDERDECK_SLOTS=2\n/);
  expect(parseEnv(text)).toEqual({ RENDERDECK_SLOTS: '2', ...values });
  expect(text.match(/DATABASE_URL/g)).toHaveLength(1);
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a value that no line can hold is refused, and the file stays', async () => {
  const path = join(folder.path, 'worker-b.env');
  await writeSettings(path, { A: '1' });
  await expect(writeSettings(path, { A: `'"\`` })).rejects.toThrow(/all kinds of quotes/);
  await expect(writeSettings(path, { A: 'two\nlines' })).rejects.toThrow(/line break/);
  expect(await readFile(path, 'utf8')).toBe('A=1\n');
});

test.skipIf(process.platform !== 'linux' || process.getuid?.() === 0)(
  'of several workers one must be named (not as root, whose folder is /etc/renderdeck)',
  async () => {
    const env = { XDG_CONFIG_HOME: join(folder.path, 'config') };
    const own = join(env.XDG_CONFIG_HOME, 'renderdeck');
    await mkdir(own, { recursive: true });
    expect(findSettingsFile(env)).toEqual({ path: null });
    await writeFile(join(own, 'worker-a.env'), '');
    expect(findSettingsFile(env)).toEqual({ path: join(own, 'worker-a.env') });
    expect(findSettingsFile({ ...env, DATABASE_URL: 'postgres://a/b' })).toEqual({ path: null });
    const loaded: NodeJS.ProcessEnv = { ...env };
    await writeSettings(join(own, 'worker-a.env'), { DATABASE_URL: 'postgres://a/b' });
    expect(loadSettingsFile(loaded)).toBeNull();
    // Later questions find the same file, although DATABASE_URL is set now.
    expect(findSettingsFile(loaded)).toEqual({ path: join(own, 'worker-a.env') });
    await writeFile(join(own, 'worker-b.env'), '');
    expect(findSettingsFile(env)).toMatchObject({ problem: expect.stringContaining('a, b') });
    const named = { ...env, RENDERDECK_WORKER_NAME: 'b' };
    expect(findSettingsFile(named)).toEqual({ path: join(own, 'worker-b.env') });
  },
);

test('a named file counts, also beside a database', () => {
  const path = join(folder.path, 'any.env');
  const env = { DATABASE_URL: 'postgres://a/b', RENDERDECK_SETTINGS_FILE: path };
  expect(findSettingsFile(env)).toEqual({ path });
});

test.each([
  ['postgres://db:5432/farm', 'postgres://host_a:p@db:5432/farm'],
  [
    'postgresql://a:1,b:2/farm?target_session_attrs=primary',
    'postgresql://host_a:p@a:1,b:2/farm?target_session_attrs=primary',
  ],
])('the login goes into %s', (url, expected) => {
  const login = { login: 'host_a', password: 'p' };
  expect(databaseUrlOf(url, { ...login, rootCertificate: null })).toBe(expected);
  const mark = url.includes('?') ? '&' : '?';
  expect(databaseUrlOf(url, { ...login, rootCertificate: '/a b.pem' })).toBe(
    `${expected}${mark}sslrootcert=%2Fa%20b.pem`,
  );
});

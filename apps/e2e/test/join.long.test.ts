/*
 * A host joins a farm of real programs: `ctl hosts invite`, `worker join`, the worker, `worker
 * leave`. The settings are in a file of the test, so nothing of this machine changes.
 */
import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { folderOfFile } from '@renderdeck/testing';
import { programCommand } from '@renderdeck/testing/program-command';
import { runWorker } from '@renderdeck/worker/testing';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { loseFirstAnswer } from './lose-first-answer.ts';

const farm = farmOfFile({}, { api: {} });
const folder = folderOfFile('join');

/** Runs `ctl` as an admin; returns what it prints. */
async function ctl(...args: string[]): Promise<string> {
  const [program, ...before] = await programCommand('apps/ctl/src/main.ts');
  const env = { RENDERDECK_URL: farm.url, RENDERDECK_TOKEN: farm.token };
  const run = promisify(execFile);
  const { stdout } = await run(program, [...before, ...args], { env: { ...process.env, ...env } });
  return stdout.trimEnd();
}

/** The token in the command that `ctl hosts invite` prints. */
async function invite(name: string, ...more: string[]): Promise<string> {
  const command = await ctl('hosts', 'invite', name, ...more);
  const [, token = ''] = /^renderdeck worker join \S+ (rdj_[\w-]{43})$/.exec(command) ?? [];
  expect(token).not.toBe('');
  return token;
}

/** A machine of its own: its settings are in a folder of their own. */
function aMachine(name: string) {
  const own = join(folder.path, name);
  const file = join(own, 'worker.env');
  const env = { DATABASE_URL: '', RENDERDECK_SETTINGS_FILE: file };
  return {
    ...{ own, file, env },
    join: (token: string, url = farm.url, ...more: string[]) =>
      runWorker(['join', url, token, ...more], env),
    settings: () => readFile(file, 'utf8'),
  };
}

test('a host joins with one token, renders with its own login, and leaves', async () => {
  const machine = aMachine('one');
  const token = await invite('join-one');
  const proxy = await loseFirstAnswer(farm.url);
  const scratch = farm.settingsOf('join-one').RENDERDECK_SCRATCH_ROOT ?? '';
  const set = ['--set', `RENDERDECK_SCRATCH_ROOT=${scratch}`];
  const joined = await machine.join(token, proxy.url, ...set);
  await proxy.close();
  expect(proxy.isLost()).toBe(true);
  expect(joined, joined.stderr).toMatchObject({ exitCode: 0 });
  expect(joined.lines.join('\n')).toContain('does not answer');
  expect(joined.lines.join('\n')).toContain('as ada invited it');
  const text = await machine.settings();
  const [, login = ''] = /^DATABASE_URL=postgres:\/\/(host_join-one_\w+):/m.exec(text) ?? [];
  expect(text).toContain('RENDERDECK_WORKER_NAME=join-one');
  expect((await stat(machine.file)).mode & 0o777).toBe(0o600);
  expect(await readdir(machine.own)).toEqual(['worker.env']);

  const worker = await farm.startWorker('join-one', machine.env);
  const host = await farm.untilHost('join-one', 'idle', ({ state }) => state === 'idle');
  expect(host.databaseLogin).toBe(login);
  const { id } = await farm.submit();
  await farm.until(id, 'COMPLETED');

  const second = await aMachine('two').join(token);
  expect(second).toMatchObject({ exitCode: 1, lines: [] });
  expect(second.stderr).toMatch(/The invitation of join-one was used at .*ctl hosts invite/);
  expect(await readdir(join(folder.path, 'two'))).toEqual([]);

  const left = await runWorker(['leave', '--now'], machine.env);
  expect(left, left.stderr).toMatchObject({ exitCode: 0 });
  expect(left.lines).toContain(`The login ${login} has ended.`);
  expect(await readdir(machine.own)).toEqual([]);
  const ended = await farm.untilHost('join-one', 'without its login', (one) => one.loginEnded);
  expect(ended.databaseLogin).toBe(login);
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  const audit = await ctl('audit', 'list', '--json');
  for (const action of ['inviteHost', 'joinHost', 'leaveFarm'])
    expect(audit).toContain(`"action": "${action}"`);
});

test('a wrong name, a guessed token and an open line are told, and nothing is kept', async () => {
  const machine = aMachine('three');
  const token = await invite('join-three');
  const wrong = await machine.join(token, farm.url, '--name', 'join-four');
  expect(wrong).toMatchObject({ exitCode: 1 });
  expect(wrong.stderr).toContain('is for the host join-three, and this host is join-four');
  const guessed = await machine.join('rdj_guessed');
  expect(guessed.stderr).toContain('No invitation has this token; ask an admin for a new one.');
  const open = await machine.join(token, 'http://desk.example');
  expect(open.stderr).toContain('http://desk.example is not encrypted');
  const unknown = await machine.join(token, farm.url, '--set', 'RENDERDECK_SLOT=2');
  expect(unknown.stderr).toContain('a worker has no such setting');
  expect(await readdir(machine.own)).toEqual([]);
  expect(await machine.join(token)).toMatchObject({ exitCode: 0 });
});

test('worker prepare only looks without a database', async () => {
  const env = { ...farm.settingsOf('looks'), DATABASE_URL: '' };
  const { lines, stderr } = await runWorker(['prepare', '--dry-run'], env);
  expect(lines).toContainEqual(expect.stringMatching(/^not known database: DATABASE_URL /));
  expect(stderr).not.toContain('DATABASE_URL');
});

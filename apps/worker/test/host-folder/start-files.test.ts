/*
 * The files that start the worker in the way of each system: a task of Windows, an agent of macOS,
 * units of Linux. Task Scheduler and launchd do not exist here, so the tests check the content of
 * their files.
 */
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOST_UNITS } from '../../build/host-units.ts';
import { workerUnit } from '../../src/commands/install/worker-unit.ts';
import { stopConfig } from '../../src/config.ts';
import { runAlone } from '../../testing/run-alone.ts';

const FILES = fileURLToPath(new URL('../../build/files/', import.meta.url));
const { win32, linux, darwin } = HOST_UNITS;
const readOwn = (name: string) => readFile(join(FILES, name), 'utf8');
const placeholders = (text: string) => new Set(text.match(/\{[A-Z]+\}/g));
const config = stopConfig({});
const drainLimitMs = config.ok ? config.config.drainLimitMs : Number.NaN;

/** The elements of an XML text in order, as `path=text`. Throws when a tag is not closed. */
function readElements(xml: string): string[] {
  const open: string[] = [];
  const elements: string[] = [];
  const body = xml.replace(/<\?.*?\?>|<!.*?>/gs, '');
  for (const [, tag = '', text = ''] of body.matchAll(/<([^>]+)>([^<]*)/g)) {
    const [name = ''] = tag.replace('/', '').split(/[\s]/);
    if (tag.startsWith('/')) {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
    } else if (tag.endsWith('/')) {
      elements.push(`${[...open, name].join('/')}=`);
    } else {
      open.push(name);
      if (text.trim() !== '') elements.push(`${open.join('/')}=${text.trim()}`);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return elements;
}

/** The keys of a plist with their values, also those of its dictionaries. */
function readPlist(xml: string): string[] {
  const flat = readElements(xml).map((element) => element.replace(/^plist\/(dict\/)+/, ''));
  return flat.flatMap((element, at) =>
    element.startsWith('key=') ? [`${element.slice(4)}: ${flat[at + 1]}`] : [],
  );
}

describe('the task of Windows (the script itself needs a real host)', () => {
  test('runs at log on of its user, in that session, without a time limit', async () => {
    const xml = win32['windows-task.xml'];
    const elements = readElements(xml);
    const settings = Object.entries({
      'Triggers/LogonTrigger/UserId': '{USER}',
      'Principals/Principal/UserId': '{USER}',
      'Principals/Principal/LogonType': 'InteractiveToken',
      'Principals/Principal/RunLevel': 'LeastPrivilege',
      'Settings/MultipleInstancesPolicy': 'IgnoreNew',
      'Settings/ExecutionTimeLimit': 'PT0S',
      'Settings/Priority': '5',
      'Settings/RestartOnFailure/Interval': 'PT1M',
      'Settings/RestartOnFailure/Count': '255',
      'Settings/DisallowStartIfOnBatteries': 'false',
      'Settings/StopIfGoingOnBatteries': 'false',
      'Settings/RunOnlyIfIdle': 'false',
      'Settings/IdleSettings/StopOnIdleEnd': 'false',
      'Actions/Exec/Command': '{COMMAND}',
    });
    expect(elements).toEqual(
      expect.arrayContaining(settings.map(([path, value]) => `Task/${path}=${value}`)),
    );
    expect(xml).not.toContain('<?xml');
  });

  test('the script fills every placeholder, and runs commands that the worker has', async () => {
    const script = await readOwn('windows-task.ps1');
    expect(placeholders(script)).toEqual(placeholders(win32['windows-task.xml']));
    for (const [, place] of script.matchAll(/Replace\('\{\w+\}', (.*)\)/g))
      expect(place).toMatch(/^\(Protect-Text \$\w+\)$/);
    expect(script).toMatch(/'Run' \{ exit \(Invoke-Worker @\('keep', '--log', \$Log\)\) \}/);
    expect(script).toContain('-WindowStyle Hidden');
    // PowerShell 5 reads a file without a byte order mark in the system's own code page.
    expect(script).toMatch(/^[\t\n -~]*$/);
  });
});

describe('the agent of macOS', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let env: Record<string, string>;
  const host = () => join(folder.path, 'renderdeck-worker-1');
  const agent = async (...args: string[]) => {
    const path = join(host(), 'macos-agent');
    const { exitCode, stdout, stderr } = await runAlone('/', [path, ...args], env);
    return { code: exitCode, said: stdout + stderr };
  };
  const calls = () => readFile(join(folder.path, 'calls'), 'utf8').catch(() => '');
  const plist = () =>
    readFile(join(folder.path, 'Library/LaunchAgents/com.renderdeck.worker.plist'));

  beforeAll(async () => {
    folder = await temporaryFolder('agent');
    await mkdir(join(folder.path, 'bin'));
    await mkdir(host());
    await copyFile(join(FILES, 'macos-agent'), join(host(), 'macos-agent'));
    await writeFile(join(host(), 'macos-agent.plist'), darwin['macos-agent.plist']);
    const programs = {
      // launchctl counts as loaded between bootstrap and bootout.
      [join(folder.path, 'bin/launchctl')]:
        'echo "$@" >>"$HOME/calls"\ncase $1 in\nprint) [ -e "$HOME/loaded" ] ;;\n' +
        'bootstrap) touch "$HOME/loaded" ;;\nbootout) rm "$HOME/loaded" ;;\nesac',
      [join(host(), 'worker')]: 'echo "worker $@ in $PWD"\nexit 5',
    };
    for (const [path, text] of Object.entries(programs)) {
      await writeFile(path, `#!/bin/sh\n${text}\n`);
      await chmod(path, 0o755);
    }
    env = { HOME: folder.path, PATH: `${join(folder.path, 'bin')}:/usr/bin:/bin` };
  });
  afterAll(() => folder.remove());

  test('runs in the session at the screen, restarts when it fails, has time to drain', async () => {
    const values = readPlist(darwin['macos-agent.plist']);
    expect(values).toEqual(
      expect.arrayContaining([
        'LimitLoadToSessionType: string=Aqua',
        'RunAtLoad: true=',
        'SuccessfulExit: false=',
        'ProcessType: string=Interactive',
        'StandardOutPath: string={LOGS}/worker.log',
        'StandardErrorPath: string={LOGS}/worker.log',
      ]),
    );
    const exit = values.find((value) => value.startsWith('ExitTimeOut'));
    expect(Number(exit?.split('=')[1]) * 1000).toBeGreaterThan(drainLimitMs);
  });

  test('is installed once, drains with the exit code of the worker, and is removed', async () => {
    expect(await agent('install')).toMatchObject({ code: 0 });
    const installed = String(await plist());
    expect(placeholders(installed)).toEqual(new Set());
    expect(readPlist(installed)).toContain(`WorkingDirectory: string=${folder.path}`);
    expect(readElements(installed)).toContain(`plist/dict/array/string=${host()}/worker`);
    expect(await calls()).toContain(`bootstrap gui/${process.getuid?.()} ${folder.path}/Library/`);

    expect(await agent('install')).toMatchObject({
      code: 1,
      said: expect.stringContaining('The agent is loaded'),
    });
    const said = `worker stop --drain in ${folder.path}`;
    expect(await agent('drain')).toEqual({ code: 5, said });
    expect(await agent('uninstall')).toMatchObject({ code: 0 });
    expect(await plist().catch(() => 'none')).toBe('none');
    expect(await agent('uninstall')).toMatchObject({ code: 0 });
    expect(await agent('restart')).toMatchObject({ code: 1 });
  });
});

const ANALYZE = '/usr/bin/systemd-analyze';
const installed = workerUnit({
  ...{ host: 'ae-01', user: 'renderdeck', folder: '/' },
  command: ['/usr/bin/node', '/opt/a $program/100 %/main.mjs'],
  settings: '/etc/renderdeck/worker-ae-01.env',
});
describe.each([
  ['the unit of a host folder', linux['renderdeck-worker.service'], 'renderdeck-worker'],
  ['the unit of worker install', installed, 'renderdeck-worker@ae-01'],
])('%s', (_, unit, name) => {
  test('restarts only after a failure, and has time to drain', () => {
    const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1];
    expect(value('Restart')).toBe('on-failure');
    expect(value('KillMode')).toBe('mixed');
    expect(value('Delegate')).toBe('yes');
    expect(value('StartLimitIntervalSec')).toBe('0');
    expect(Number(value('TimeoutStopSec')) * 1000).toBeGreaterThan(drainLimitMs);
  });

  test.skipIf(!existsSync(ANALYZE))('is a unit for systemd (needs systemd-analyze)', async () => {
    const folder = await temporaryFolder('unit');
    const path = join(folder.path, `${name}.service`);
    // The program need not be installed on this machine.
    await writeFile(path, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    expect(await runAlone('/', [ANALYZE, 'verify', path])).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    await folder.remove();
  });
});

test('a path of a unit keeps its spaces, dollars and percent signs', () => {
  expect(installed).toContain('ExecStart=/usr/bin/node "/opt/a $$program/100 %%/main.mjs"\n');
});

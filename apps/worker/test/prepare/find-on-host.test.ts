/* Antivirus, licence, preferences and clock of a host, for each answer of each system. */
import { expect, test } from 'vitest';
import {
  findRenderOnlyFile,
  findScriptRights,
} from '../../src/commands/prepare/find-adobe-settings.ts';
import { findAntivirus } from '../../src/commands/prepare/find-antivirus.ts';
import { findClock } from '../../src/commands/prepare/find-clock.ts';
import { type Answers, aHost } from './a-host.ts';

const EXCLUDED = 'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Exclusions\\Paths';
const ASKED = 'powershell.exe -NoProfile -Command (Get-MpPreference).ExclusionPath; "asked"';
const at = (name: string) => ({ names: { [EXCLUDED]: [name] } });
const says = (text: string) => ({ programs: { [ASKED]: text } });

/** The scratch root of a test has a path of the system that runs the test. */
const aWindowsHost = (answers: Answers) => {
  const host = aHost(answers);
  return { ...host, config: { ...host.config, scratchRoot: 'D:\\renderdeck\\scratch' } };
};

test.each<[string, Answers, string]>([
  ['its folder is named', at('d:\\Renderdeck\\Scratch'), 'ok'],
  ['a folder above it is named', at('D:\\renderdeck'), 'ok'],
  ['a folder beside it is named', at('D:\\renderdeck\\scratch-2'), 'todo'],
  ['PowerShell names it', says('D:\\renderdeck\r\nasked\r\n'), 'ok'],
  ['PowerShell names none', says('asked\r\n'), 'todo'],
  ['PowerShell may not tell', says('N/A: Must be an administrator\r\nasked\r\n'), 'unknown'],
  ['PowerShell says nothing', says(''), 'unknown'],
  ['there is no PowerShell', {}, 'unknown'],
])('Defender where %s', async (_case, answers, state) => {
  expect(await findAntivirus(aWindowsHost(answers))).toMatchObject([{ name: 'antivirus', state }]);
});

test('no other system has Defender', async () => {
  expect(await findAntivirus(aHost({ platform: 'darwin' }))).toEqual([]);
});

test.each<[string, Answers]>([
  ['of its user', { files: { 'C:\\Users\\render\\Documents\\ae_render_only_node.txt': '' } }],
  ['of all', { files: { 'C:\\Users\\Public\\Documents\\Adobe\\ae_render_only_node.txt': '' } }],
  [
    'of all on macOS',
    { platform: 'darwin', files: { '/Users/Shared/Adobe/ae_render_only_node.txt': '' } },
  ],
])('the file %s shows a render node', async (_case, answers) => {
  expect(await findRenderOnlyFile(aHost(answers))).toMatchObject({ name: 'licence', state: 'ok' });
  expect(await findRenderOnlyFile(aHost({ ...answers, files: {} }))).toBeNull();
});

test.each([
  ['win32', 'C:\\Users\\Public\\Documents\\Adobe\\ae_render_only_node.txt'],
  ['darwin', '/Users/Shared/Adobe/ae_render_only_node.txt'],
] as const)('the file is written on %s when a person asks for it', async (platform, path) => {
  const host = aHost({ platform, isRenderOnly: true });
  expect(await findRenderOnlyFile(host)).toMatchObject({ name: 'licence', state: 'done' });
  expect(host.created).toEqual([path]);
  const dry = aHost({ platform, isRenderOnly: true, isDryRun: true });
  expect(await findRenderOnlyFile(dry)).toMatchObject({ name: 'licence', state: 'todo' });
  expect(dry.created).toEqual([]);
  const has = aHost({ platform, isRenderOnly: true, files: { [path]: '' } });
  expect(await findRenderOnlyFile(has)).toMatchObject({ state: 'ok' });
  expect(has.created).toEqual([]);
});

const prefs = (version: string, line: string) => {
  const folder = `C:\\Roaming\\Adobe\\After Effects\\${version}`;
  const text = `["Main Pref Section v2"]\n\t${line}\n`;
  return { [`${folder}\\Adobe After Effects ${version} Prefs.txt`]: text };
};
const ALLOWED = '"Pref_SCRIPTING_FILE_NETWORK_SECURITY" = "1"';
const REFUSED = ALLOWED.replace('"1"', '"0"');

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['allow it', prefs('24.0', ALLOWED), 'ok'],
  ['refuse it in one version', { ...prefs('24.0', ALLOWED), ...prefs('25.1', REFUSED) }, 'todo'],
  ['do not name it', prefs('24.0', '"Other" = "1"'), 'unknown'],
  ['are of no version', prefs('dynamiclinkmediaserver', ALLOWED), 'unknown'],
  ['are missing', {}, 'unknown'],
])('preferences that %s', async (_case, files, state) => {
  const host = aHost({ files, variables: { APPDATA: 'C:\\Roaming' } });
  expect(await findScriptRights(host)).toMatchObject([{ state }]);
});

const SERVICE = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time';
const kept = (start: number, type: string) => ({
  numbers: { [`${SERVICE}\\Start`]: start },
  texts: { [`${SERVICE}\\Parameters\\Type`]: type },
});
const linux = (said: string): Answers => ({
  platform: 'linux',
  programs: { 'timedatectl show --property=NTP --value': said },
});
const mac = (said: string): Answers => ({
  platform: 'darwin',
  programs: { 'systemsetup -getusingnetworktime': said },
});

test.each<[string, Answers, string]>([
  ['Windows sets it', kept(2, 'NTP'), 'ok'],
  ['a domain sets it', kept(3, 'NT5DS'), 'ok'],
  ['the service is disabled', kept(4, 'NTP'), 'todo'],
  ['the service asks nobody', kept(2, 'NoSync'), 'todo'],
  ['Windows does not tell', {}, 'unknown'],
  ['systemd sets it', linux('yes\n'), 'ok'],
  ['systemd does not', linux('no\n'), 'todo'],
  ['there is no systemd', linux(''), 'unknown'],
  ['macOS sets it', mac('Network Time: On\n'), 'ok'],
  ['macOS does not', mac('Network Time: Off\n'), 'todo'],
  ['macOS does not tell', mac('You need administrator access'), 'unknown'],
])('a clock where %s', async (_case, answers, state) => {
  expect(await findClock(aHost(answers), null)).toMatchObject({ name: 'clock', state });
});

test.each<[number, string, RegExp]>([
  [4000, 'ok', /It agrees with the clock of the database/],
  [60_000, 'todo', /60 s behind the clock of the database.*w32tm/],
  [-60_000, 'todo', /60 s before the clock of the database/],
])('a clock to which the database adds %s ms', async (skewMs, state, sentence) => {
  const askedAt = new Date('2026-03-01T12:00:00Z');
  const times = { askedAt, at: new Date(askedAt.getTime() + skewMs) };
  expect(await findClock(aHost(kept(2, 'NTP')), times)).toMatchObject({
    state,
    sentence: expect.stringMatching(sentence),
  });
});

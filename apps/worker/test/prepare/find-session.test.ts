/* The findings about a host's session, dialogs and sleep, for each answer of each system. */
import { expect, test } from 'vitest';
import { findSession } from '../../src/commands/prepare/find-session.ts';
import { type Answers, aHost } from './a-host.ts';

const WER = 'HKCU\\Software\\Microsoft\\Windows\\Windows Error Reporting\\DontShowUI';
const OF_ALL = WER.replace('HKCU', 'HKLM');
const LOG_ON = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon';

async function find(name: string, answers: Answers) {
  const host = aHost(answers);
  const finding = (await findSession(host)).find((one) => one.name === name);
  return { ...finding, written: host.written };
}

test.each<[string, Answers, string, RegExp]>([
  ['is the one of services', { readSession: () => 0 }, 'todo', /session 0, where services run/],
  ['is at the screen', { readSession: () => 2, readConsoleSession: () => 2 }, 'ok', /session 2/],
  [
    'is remote',
    { readSession: () => 3 },
    'unknown',
    /session 3, and session 1 is at the screen: a remote/,
  ],
  ['is alone', { readConsoleSession: () => null }, 'unknown', /nobody is at the screen/],
  ['is not told', { readSession: () => null }, 'unknown', /does not tell/],
])('a session of Windows that %s', async (_case, answers, state, sentence) => {
  const found = await find('session', answers);
  expect(found).toMatchObject({ state, sentence: expect.stringMatching(sentence) });
});

test.each([
  ['Aqua', 'ok'],
  ['Background', 'todo'],
])('a session of macOS that is %s', async (manager, state) => {
  const programs = { 'launchctl managername': `${manager}\n` };
  expect(await find('session', { platform: 'darwin', programs })).toMatchObject({ state });
  expect(await find('session', { platform: 'darwin' })).toMatchObject({ state: 'unknown' });
});

test('Windows logs on a user by itself, or a person must set that up', async () => {
  const texts = { [`${LOG_ON}\\AutoAdminLogon`]: '1', [`${LOG_ON}\\DefaultUserName`]: 'render' };
  expect(await find('automatic log-on', { texts })).toMatchObject({
    state: 'ok',
    sentence: 'Windows logs on render when it starts.',
  });
  for (const none of [{}, { texts: { [`${LOG_ON}\\AutoAdminLogon`]: '1' } }])
    expect(await find('automatic log-on', none)).toMatchObject({ state: 'todo' });
});

test('crash dialogs are switched off once, and only with the right to do so', async () => {
  const name = 'crash dialogs';
  expect(await find(name, {})).toMatchObject({ state: 'done', written: { [WER]: 1 } });
  const off = [{ numbers: { [WER]: 1 } }, { numbers: { [OF_ALL]: 1 } }];
  for (const answers of off)
    expect(await find(name, answers)).toMatchObject({ state: 'ok', written: {} });
  const step =
    /reg add "HKCU\\Software\\Microsoft\\Windows\\Windows Error Reporting" \/v DontShowUI/;
  for (const answers of [{ isDryRun: true }, { isReadOnly: true }])
    expect(await find(name, answers)).toMatchObject({
      state: 'todo',
      sentence: expect.stringMatching(step),
      written: {},
    });
});

test.each<[number | null, string]>([
  [0, 'ok'],
  [30, 'todo'],
  [null, 'unknown'],
])('a computer that sleeps after %s minutes: %s', async (minutes, state) => {
  expect(await find('sleep', { readSleepMinutes: () => minutes })).toMatchObject({ state });
  const programs =
    minutes === null ? {} : { 'pmset -g': ` displaysleep 10\n sleep   ${minutes}\n` };
  expect(await find('sleep', { platform: 'darwin', programs })).toMatchObject({ state });
});

test('macOS shows no crash dialog once that is set; a person must check its privacy', async () => {
  const read = 'defaults read com.apple.CrashReporter DialogType';
  const off = { platform: 'darwin', programs: { [read]: 'none\n' } } as const;
  expect(await find('crash dialogs', off)).toMatchObject({ state: 'ok' });
  expect(await find('crash dialogs', { platform: 'darwin' })).toMatchObject({ state: 'todo' });
  expect(await find('privacy', { platform: 'darwin' })).toMatchObject({ state: 'unknown' });
});

test('Linux has no session to examine', async () => {
  expect(await findSession(aHost({ platform: 'linux' }))).toEqual([]);
});

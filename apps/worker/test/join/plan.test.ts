/* What `worker install` does on each system. Only Linux can take these steps here. */

import { explainFacts } from '@renderdeck/render-host/install';
import { expect, test } from 'vitest';
import {
  explainName,
  type InstallFacts,
  planInstall,
  planUninstall,
} from '../../src/commands/install/plan.ts';
import { hostConfig } from '../../src/config.ts';

const facts = {
  host: 'ae-01',
  user: 'renderdeck',
  hasUser: false,
  uid: 501,
  home: '/Users/render',
  command: ['/usr/bin/node', '/opt/main.mjs'],
  folder: '/',
  settings: '/etc/renderdeck/worker-ae-01.env',
  certificate: null,
  scratchRoot: '/var/lib/renderdeck/ae-01/scratch',
} as const;
const steps = {
  ends: { does: 'end the earlier one', why: '', act: async () => null },
  waits: { does: 'wait for the new one', why: '', act: async () => null },
} as const;
const plan = (platform: Parameters<typeof planInstall>[0], more: Partial<InstallFacts> = {}) =>
  planInstall(platform, { ...facts, ...more }, steps);
const commandsOf = (taken: ReturnType<typeof planInstall>) =>
  taken.flatMap((step) =>
    'run' in step ? [step.run.join(' ')] : 'does' in step ? [step.does] : [],
  );
const textOf = (taken: ReturnType<typeof planInstall>) =>
  taken.flatMap((step) => ('write' in step ? [step.text] : [])).join('\n');

test('Linux: the user, its folder, its settings and a unit that names them', () => {
  const taken = plan('linux');
  expect(commandsOf(taken)).toEqual([
    'useradd --system --no-create-home --shell /usr/sbin/nologin renderdeck',
    'systemctl daemon-reload',
    'systemctl enable renderdeck-worker@ae-01.service',
    'end the earlier one',
    'systemctl restart renderdeck-worker@ae-01.service',
    'wait for the new one',
  ]);
  expect(taken).toContainEqual(
    expect.objectContaining({ own: facts.settings, user: 'renderdeck' }),
  );
  expect(textOf(taken)).toContain(
    'User=renderdeck\nWorkingDirectory=/\n' +
      'Environment=RENDERDECK_SETTINGS_FILE=/etc/renderdeck/worker-ae-01.env\n' +
      'ExecStart=/usr/bin/node /opt/main.mjs\n',
  );
  expect(commandsOf(plan('linux', { hasUser: true }))[0]).toContain('systemctl');
});

test('macOS: an agent of this user, which an earlier one does not block', () => {
  const taken = plan('darwin', { settings: '/Users/render/a & b/worker.env' });
  const path = '/Users/render/Library/LaunchAgents/com.renderdeck.worker.plist';
  expect(commandsOf(taken)).toEqual([
    'end the earlier one',
    'launchctl bootout gui/501/com.renderdeck.worker',
    `launchctl bootstrap gui/501 ${path}`,
    'wait for the new one',
  ]);
  expect(textOf(taken)).toContain('<string>/Users/render/a &amp; b/worker.env</string>');
});

test('Windows: a task of this user that runs worker keep with its settings', () => {
  const taken = plan('win32', {
    user: 'HOST\\render',
    command: ['C:\\Program Files\\nodejs\\node.exe', "C:\\it's\\main.mjs"],
    settings: 'C:\\Users\\render\\Renderdeck\\worker-ae-01.env',
  });
  const xml = 'C:\\Users\\render\\Renderdeck\\windows-task.xml';
  expect(commandsOf(taken)).toEqual([
    `schtasks /Create /TN Renderdeck worker /XML ${xml} /F`,
    'end the earlier one',
    'schtasks /End /TN Renderdeck worker',
    'schtasks /Run /TN Renderdeck worker',
    'wait for the new one',
  ]);
  expect(textOf(taken)).toContain(
    "&amp; 'C:\\Program Files\\nodejs\\node.exe' 'C:\\it''s\\main.mjs' 'keep' '--log'",
  );
  expect(textOf(taken)).toContain('<UserId>HOST\\render</UserId>');
});

test.each(['linux', 'darwin', 'win32'] as const)('%s: it is undone, also twice', (platform) => {
  const [end] = planUninstall(platform, facts);
  expect(end).toMatchObject({ may: true });
});

const CONTROLS = ['\n', '\r', '\0', '\x1b', '\x85', '\u2028'];
test.each([
  ...CONTROLS.map((control) => `ae-01${control}ExecStartPre=/bin/sh`),
  ...['', '.', '..', '../ae', 'a/b', 'a\\b', 'a b', '%i', '-ae', '@', '$HOME', 'ä', 'a'.repeat(64)],
])('a host with the name %j gets no unit', (host) => {
  expect(explainName('linux', host)).toMatch(/1 to 63 letters, digits/);
  expect(explainName('linux', 'AE-01.studio_2')).toBeNull();
});

test('no fact with a control character becomes a line of a file that a system runs', () => {
  expect(explainFacts(facts)).toBeNull();
  const texts = Object.entries(facts).filter(([, value]) => typeof value === 'string');
  for (const [name, value] of [...texts, ['command', '/usr/bin/node']])
    for (const control of ['\n', '\r', '\0', '\x1b', '\x85']) {
      const broken = `${value}${control}ExecStartPre=/bin/sh`;
      const changed = { ...facts, [String(name)]: name === 'command' ? [broken] : broken };
      expect(explainFacts(changed)).toBe(`${JSON.stringify(broken)} has a control character.`);
    }
  for (const control of ['\n', '\r', '\0', '\x1b', '\x85'])
    expect(hostConfig({ RENDERDECK_WORKER_NAME: `a${control}b` })).toMatchObject({
      sentences: ['RENDERDECK_WORKER_NAME has no control characters.'],
    });
});

test('Windows: a quote in a name does not end the text of the script', () => {
  const settings = 'C:\\Users\\O’Brien‘; calc; ‚‛\\worker.env';
  expect(textOf(plan('win32', { settings }))).toContain(
    "= 'C:\\Users\\O’’Brien‘‘; calc; ‚‚‛‛\\worker.env'; ",
  );
});

/* What `worker install` does on each system. Only Linux can take these steps here. */
import { expect, test } from 'vitest';
import { planInstall, planUninstall } from '../../src/commands/install/plan.ts';

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
const commandsOf = (steps: ReturnType<typeof planInstall>) =>
  steps.flatMap((step) => ('run' in step ? [step.run.join(' ')] : []));
const textOf = (steps: ReturnType<typeof planInstall>) =>
  steps.flatMap((step) => ('write' in step ? [step.text] : [])).join('\n');

test('Linux: the user, its folder, its settings and a unit that names them', () => {
  const steps = planInstall('linux', facts);
  expect(commandsOf(steps)).toEqual([
    'useradd --system --no-create-home --shell /usr/sbin/nologin renderdeck',
    'systemctl daemon-reload',
    'systemctl enable --now renderdeck-worker@ae-01.service',
  ]);
  expect(steps).toContainEqual(
    expect.objectContaining({ own: facts.settings, user: 'renderdeck' }),
  );
  expect(textOf(steps)).toContain(
    'User=renderdeck\nWorkingDirectory=/\n' +
      'Environment=RENDERDECK_SETTINGS_FILE=/etc/renderdeck/worker-ae-01.env\n' +
      'ExecStart=/usr/bin/node /opt/main.mjs\n',
  );
  expect(commandsOf(planInstall('linux', { ...facts, hasUser: true }))[0]).toContain('systemctl');
});

test('macOS: an agent of this user, which an earlier one does not block', () => {
  const steps = planInstall('darwin', { ...facts, settings: '/Users/render/a & b/worker.env' });
  const path = '/Users/render/Library/LaunchAgents/com.renderdeck.worker.plist';
  expect(commandsOf(steps)).toEqual([
    'launchctl bootout gui/501/com.renderdeck.worker',
    `launchctl bootstrap gui/501 ${path}`,
  ]);
  expect(textOf(steps)).toContain('<string>/Users/render/a &amp; b/worker.env</string>');
});

test('Windows: a task of this user that runs worker keep with its settings', () => {
  const steps = planInstall('win32', {
    ...facts,
    user: 'HOST\\render',
    command: ['C:\\Program Files\\nodejs\\node.exe', "C:\\it's\\main.mjs"],
    settings: 'C:\\Users\\render\\Renderdeck\\worker-ae-01.env',
  });
  const xml = 'C:\\Users\\render\\Renderdeck\\windows-task.xml';
  expect(commandsOf(steps)).toEqual([
    `schtasks /Create /TN Renderdeck worker /XML ${xml} /F`,
    'schtasks /Run /TN Renderdeck worker',
  ]);
  expect(textOf(steps)).toContain(
    "&amp; 'C:\\Program Files\\nodejs\\node.exe' 'C:\\it''s\\main.mjs' 'keep' '--log'",
  );
  expect(textOf(steps)).toContain('<UserId>HOST\\render</UserId>');
});

test.each(['linux', 'darwin', 'win32'] as const)('%s: it is undone, also twice', (platform) => {
  const [end] = planUninstall(platform, facts);
  expect(end).toMatchObject({ may: true });
});

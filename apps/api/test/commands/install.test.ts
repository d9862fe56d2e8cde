/* `api install` without a system: its steps, and what it refuses. The walkthrough runs it. */
import { expect, test } from 'vitest';
import { runInstall } from '../../src/commands/install.ts';
import { planInstall, planUninstall } from '../../src/commands/plan.ts';

const DATABASE_URL = 'postgres://farm_api:hidden@127.0.0.1/farm';
const isLinux = process.platform === 'linux';

async function run(args: readonly string[], env: Record<string, string> = { DATABASE_URL }) {
  const lines: string[] = [];
  const problem = await runInstall(args, env, (line) => lines.push(line));
  return { problem, text: lines.join('\n') };
}

test('the unit reads the settings as root, ends in order and starts again', () => {
  const facts = {
    ...{ user: 'renderdeck-api', hasUser: false, folder: '/' },
    command: ['/usr/bin/node', '/opt/api main.mjs'],
    settings: '/etc/renderdeck/api.env',
  };
  const waits = { does: 'wait', why: 'it is ready', act: async () => null };
  const steps = planInstall(facts, { saves: [], waits });
  const commands = steps.flatMap((step) => ('run' in step ? [step.run.join(' ')] : []));
  expect(commands).toEqual([
    'useradd --system --no-create-home --shell /usr/sbin/nologin renderdeck-api',
    'systemctl daemon-reload',
    'systemctl enable renderdeck-api.service',
    'systemctl restart renderdeck-api.service',
  ]);
  const unit = steps.flatMap((step) => ('write' in step ? [step.text] : [])).join('');
  expect(unit).toContain(
    'User=renderdeck-api\nWorkingDirectory=/\nEnvironmentFile=/etc/renderdeck/api.env\n' +
      'ExecStart=/usr/bin/node "/opt/api main.mjs"\nRestart=always\n',
  );
  expect(steps.at(-1)).toBe(waits);
  expect(planUninstall()[0]).toMatchObject({ may: true });
});

test.runIf(isLinux)('a dry run prints each step, and no value of a setting', async () => {
  const set = ['--set', 'PORT=4801', '--set', `DATABASE_URL=${DATABASE_URL}`];
  const { problem, text } = await run(['install', '--dry-run', ...set]);
  expect(problem).toBeNull();
  expect(text).toMatch(/^would write PORT, DATABASE_URL.* into \/.*\/api[.]env/m);
  expect(text).toContain('would write /etc/systemd/system/renderdeck-api.service');
  expect(text).toContain('would wait for http://127.0.0.1:4801/readyz');
  expect(text).not.toContain('hidden');
});

test.runIf(isLinux).each([
  [['install', '--dry-run', '--set', 'PROT=4000'], /the API has no such setting/],
  [['install', '--dry-run', '--set', 'PORT=http'], /^PORT is a port number/],
  [['install', 'twice', '--dry-run'], /install takes no twice/],
  [['install', '--force'], /--force/],
])('%j is refused', async (args, expected) => {
  const { problem, text } = await run(args);
  expect(problem).toMatch(expected);
  expect(text).toBe('');
});

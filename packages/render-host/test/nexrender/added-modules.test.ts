/*
 * An action adds modules to its job while the job runs, as @nexrender/action-fonts, -lottie and
 * -mogrt-template do. The test plays the daemon.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const host = ofEachTest(aHost);
let folder: string;
beforeEach(async () => {
  folder = join(host.base, 'package');
  await mkdir(join(folder, 'node_modules', 'other'), { recursive: true });
  await mkdir(join(host.base, 'elsewhere'));
  const manifest = JSON.stringify({ name: 'adds', main: 'index.cjs' });
  for (const place of [folder, join(folder, 'node_modules', 'other')])
    await writeFile(join(place, 'package.json'), manifest);
  const write = `require('node:fs').appendFileSync(${JSON.stringify(ran())}, type + ' ');`;
  const body = `module.exports = async (job, settings, action, type) => { ${write} };`;
  for (const place of ['', 'node_modules/other', '../elsewhere'])
    await writeFile(join(folder, place, 'finish.cjs'), body);
  await symlink(join(host.base, 'elsewhere', 'finish.cjs'), join(folder, 'link.cjs'));
});
const ran = () => join(host.base, 'ran');
const whatRan = () => (existsSync(ran()) ? readFileSync(ran(), 'utf8') : '');

/** Runs a job whose prerender action adds this module, a text of JavaScript, after the render. */
async function add(module: string, options: object = {}) {
  const index = join(folder, 'index.cjs');
  await writeFile(
    index,
    `const { join } = require('node:path');
     module.exports = async (job, settings, action, type) => {
       if (type === 'prerender') job.actions.postrender.push({ module: ${module} });
     };`,
  );
  const actions = { prerender: [{ module: index }], postrender: [] };
  return await host.render({ ...host.job, actions }, { actions: [index], ...options });
}

test.each([
  ['a file of its package', "join(__dirname, 'finish.cjs')", 'postrender '],
  ['itself', '__filename', ''],
])('an action may add %s', async (_, module, ranIn) => {
  const { end, observed } = await add(module);
  expect([end, whatRan(), observed.gates]).toEqual([{ kind: 'completed' }, ranIn, 1]);
});

test.each([
  ['a file of another package', "join(__dirname, '../elsewhere/finish.cjs')"],
  ['a package inside of its package', "join(__dirname, 'node_modules/other/finish.cjs')"],
  ['a link out of its package', "join(__dirname, 'link.cjs')"],
  ['a file that does not exist', "join(__dirname, 'nothing.cjs')"],
  ['a package by name', "'adds'"],
])('an action may not add %s', async (_, module) => {
  const { end, observed } = await add(module);
  expect(end).toEqual({
    kind: 'failed',
    reason: expect.stringMatching(
      /^The action .*index\.cjs failed: .* added .* to the job, which is not allowed: it is /,
    ),
    failure: 'action',
  });
  expect([whatRan(), observed.gates]).toEqual(['', 0]);
});

test('an added module asks the gates, unless the action that added it needs none', async () => {
  const module = "join(__dirname, 'finish.cjs')";
  const localActions = [join(folder, 'index.cjs')];
  const local = await add(module, { localActions, publishing: { mayPublish: async () => 'no' } });
  expect([local.end.kind, whatRan(), local.observed.asked]).toEqual([
    ...['completed', 'postrender '],
    [],
  ]);
  const asks = await add(module, { publishing: { passGate: async () => 'no' } });
  expect([asks.end.kind, whatRan()]).toEqual(['gateClosed', 'postrender ']);
});

/* The action modules of a host, and where a render finds them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { describeActions } from '../../src/nexrender/describe-actions.ts';
import { aHost } from './a-render.ts';

const { path: folder } = folderOfFile('actions');
beforeAll(async () => {
  await installPackage('@nexrender/action-upload', '1.40.0');
  await installPackage('nexrender-action-cards', '2.0.0');
  await installPackage('left-pad', '1.3.0');
  await writeFile(join(folder, 'own.cjs'), 'module.exports = async () => {};');
});

async function installPackage(name: string, version: string): Promise<void> {
  const place = join(folder, 'node_modules', name);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'package.json'), JSON.stringify({ name, version }));
  await writeFile(join(place, 'index.js'), 'module.exports = async () => {};');
}

test('each allowed or installed action has its version, its file and its rule', () => {
  const own = join(folder, 'own.cjs');
  const [missing, stamp] = ['nexrender-action-missing', 'nexrender-action-stamp'];
  const described = describeActions({
    actions: ['@nexrender/action-copy', 'nexrender-action-cards', missing, own, stamp],
    localActions: [own],
    publishingActions: [stamp],
    actionsFolder: folder,
  });
  const at = (...parts: string[]) => join(folder, 'node_modules', ...parts);
  const no = { version: null, path: null, isOwn: false };
  expect(described).toEqual([
    { name: own, version: null, path: own, isOwn: false, rule: 'stays' },
    {
      ...{ name: '@nexrender/action-copy', version: '1.49.4', isOwn: true, rule: 'publishes' },
      path: expect.stringMatching(/action-copy.index\.js$/),
    },
    {
      ...{ name: '@nexrender/action-upload', version: '1.40.0', isOwn: false, rule: null },
      path: at('@nexrender', 'action-upload', 'index.js'),
    },
    {
      ...{ name: 'nexrender-action-cards', version: '2.0.0', isOwn: false, rule: 'leaves' },
      path: at('nexrender-action-cards', 'index.js'),
    },
    { name: missing, ...no, rule: 'leaves' },
    { name: stamp, ...no, rule: 'publishes' },
  ]);
});

test('a render finds a module in the folder of actions, and names the folder if not', async () => {
  const host = await aHost();
  const render = (module: string) =>
    host.render(
      { ...host.job, actions: { prerender: [{ module }] } },
      { actions: [module], actionsFolder: folder },
    );
  expect((await render('nexrender-action-cards')).end).toEqual({ kind: 'completed' });
  const { end, observed } = await render('nexrender-action-missing');
  expect(observed.phases).toEqual([]);
  expect(end).toEqual({
    kind: 'failed',
    reason:
      'The action nexrender-action-missing is allowed but not installed on this host. ' +
      `${folder} (RENDERDECK_ACTIONS_DIR) does not have it.`,
    failure: 'missingModule',
  });
  await host.remove();
});

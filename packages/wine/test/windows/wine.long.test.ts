import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkCases,
  compileNative,
  describeOnWindows,
  installNativeStandIn,
  openWine,
} from '../../src/index.ts';

describeOnWindows('Windows under Wine', (wine) => {
  const run = async () =>
    await wine.runCases(new URL('./wine.windows.ts', import.meta.url), {
      NATIVE: wine.toWindows(await compileNative(new URL('./exit-with.c', import.meta.url))),
    });
  checkCases(run, [
    'node.exe runs on Windows',
    'koffi calls the kernel',
    'a native program starts',
  ]);

  test('the native stand-in renders as three programs', async () => {
    const aerender = await installNativeStandIn(wine);
    const project = '{"standIn":{"frames":40,"frameMs":50}}';
    await writeFile(join(wine.driveC, 'project.aep'), project);
    const args = ['-project', 'C:\\project.aep', '-comp', 'main', '-output', 'C:\\out.avi'];
    const render = wine.start(aerender, args);
    await expect.poll(() => render.said(), { timeout: 60_000 }).toContain('(2):');
    const names = (await wine.programs()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['aerender.exe', 'AfterFX.com', 'AfterFX.exe']));
    expect(await render.ended).toMatchObject({ code: 0 });
    expect((await stat(join(wine.driveC, 'out.avi'))).size).toBeGreaterThan(1000);
  });

  test('two machines share neither a disk nor a process table', async () => {
    const other = await openWine();
    const sleeper = other.start(other.nodeExe, ['-e', 'setInterval(() => {}, 1000)']);
    const list = async (machine: typeof other) =>
      (await machine.run('tasklist', [])).output.match(/node\.exe/g)?.length ?? 0;
    await expect.poll(() => list(other), { timeout: 60_000 }).toBe(1);
    expect(await list(wine)).toBe(0);
    expect(await readdir(other.driveC)).not.toContain('cases-wine.windows');
    await other.close();
    await sleeper.ended;
  });

  test('a change of the registry of one machine changes no other machine', async () => {
    const value = ['HKCU\\Software\\Renderdeck', '/v', 'written'];
    const writer = await openWine();
    expect(await writer.run('reg', ['add', ...value, '/d', '1'])).toMatchObject({ code: 0 });
    expect(await writer.run('reg', ['query', ...value])).toMatchObject({ code: 0 });
    await writer.close();
    const reader = await openWine();
    expect(await reader.run('reg', ['query', ...value])).toMatchObject({ code: 1 });
    await reader.close();
  });
});

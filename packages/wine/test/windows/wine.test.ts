import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkCases, compileNative, describeOnWindows, openWine } from '../../src/index.ts';

describeOnWindows('Windows under Wine', async (wine) => {
  const native = await compileNative(new URL('./exit-with.c', import.meta.url));
  const results = await wine.runCases(new URL('./wine.windows.ts', import.meta.url), {
    NATIVE: wine.toWindows(native),
  });
  checkCases(results, [
    'node.exe runs on Windows',
    'koffi calls the kernel',
    'a native program starts',
  ]);

  test('a second machine has a disk and a process table of its own', async () => {
    const other = await openWine();
    const sleeper = other.start(other.nodeExe, ['-e', 'setInterval(() => {}, 1000)']);
    const list = async (machine: typeof other) =>
      (await machine.run('tasklist', [])).output.match(/node\.exe/g)?.length ?? 0;
    await expect.poll(() => list(other), { timeout: 60_000 }).toBe(1);
    expect(await list(wine)).toBe(0);
    expect(await readdir(other.driveC)).not.toContain('cases-1');
    await other.close();
    await sleeper.ended;
  });
});

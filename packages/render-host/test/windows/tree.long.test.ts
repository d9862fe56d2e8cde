import { kill } from 'node:process';
import { checkCases, compileNative, describeOnWindows } from '@renderdeck/wine';
import { expect, test } from 'vitest';

describeOnWindows('a tree', (wine) => {
  let env: Readonly<Record<string, string>>;
  const run = async () => {
    env = { ACTS: wine.toWindows(await compileNative(new URL('./acts.c', import.meta.url))) };
    return await wine.runCases(new URL('./tree.windows.ts', import.meta.url), env);
  };
  checkCases(run, [
    'a host with Windows holds each render in a Job Object',
    'a stop ends a whole tree and names each process that it ended',
    'the launcher sends its last lines before it is ended',
    'a launcher that does not answer is ended all the same',
    'a second cancel ends the wait for the last lines',
    'after a normal end the same path ends a helper that is left',
    'a launcher that cannot start leaves no process and no job',
    'a tree whose job is gone is ended by its recorded identities',
    'After Effects in no job proves nothing, is named, and is left alone',
    'After Effects in no job is ended where a setting says so',
    'After Effects that is older than the render proves nothing of it',
    'the render of another slot is not taken for a stray',
    'the render of another worker of the host is none either while that lives',
    'a service that a render starts escapes from its job, and is found',
  ]);

  // The cases are bundled into this file. With ROLE, the file is a daemon.
  const daemon = ['C:\\cases-tree.windows\\tree.windows.mjs'];
  const countOf = async (name: string) =>
    (await wine.programs()).filter((program) => program.name.startsWith(name)).length;

  test.each([
    ['with a render', 'rendering', 'AfterFX.exe'],
    ['before its render may begin', 'waiting', 'node.exe'],
  ])('when a daemon is killed %s, its whole tree ends', async (_when, ROLE, program) => {
    await expect.poll(() => countOf('node.exe')).toBe(0);
    const started = wine.start(wine.nodeExe, daemon, { env: { ...env, ROLE } });
    await expect.poll(started.said, { timeout: 60_000 }).toContain('daemon ready');
    expect(await countOf(program)).toBeGreaterThan(1);
    kill(started.pid, 'SIGKILL');
    await started.ended;
    await expect.poll(() => countOf('AfterFX.exe')).toBe(0);
    await expect.poll(() => countOf('node.exe')).toBe(0);
  });
});

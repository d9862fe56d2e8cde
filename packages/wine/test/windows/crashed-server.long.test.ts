/* Wine's own server crashes now and then. After that, the machine must be usable again. */
import { appendFile, readlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileNative, describeOnWindows, openWine } from '../../src/index.ts';
import { runCases, saysCrash } from '../../src/run-cases.ts';
import type { Wine } from '../../src/wine.ts';

/** The machine, whose first program is one that wrote this and ended. */
function afterOneThatWrote(wine: Wine, output: string): Wine {
  let starts = 0;
  const start: Wine['start'] = (...program) => {
    starts += 1;
    const ended = Promise.resolve({ code: null, output });
    return starts === 1 ? { pid: 0, said: () => output, ended } : wine.start(...program);
  };
  return { ...wine, start, hasCrashed: () => starts === 1 && saysCrash(output) };
}

describeOnWindows('a crash of the server of Wine', (wine) => {
  test('the cases run again only when the server of Wine crashed', async () => {
    const said = [
      "wineserver64: server/object.c:536: grab_object: Assertion `x' failed.\n",
      'corrupted size vs. prev_size while consolidating\n',
    ];
    const cases = new URL('./wine.windows.ts', import.meta.url);
    const native = await compileNative(new URL('./exit-with.c', import.meta.url));
    const env = { NATIVE: wine.toWindows(native) };
    for (const words of said)
      expect(await runCases(afterOneThatWrote(wine, words), cases, env)).toMatchObject([
        { error: null },
        { error: null },
        { error: null },
      ]);
    await expect(runCases(afterOneThatWrote(wine, 'something else'), cases, env)).rejects.toThrow(
      'No case ran',
    );
  });

  test('a program is killed once its first thread has ended', async () => {
    const exe = await compileNative(new URL('./end-first-thread.c', import.meta.url));
    expect(await wine.run(exe, [])).toEqual({ code: null, output: '' });
  });

  test('a crash that the server itself reports is seen, and ends a program', async () => {
    await wine.run(wine.nodeExe, ['-e', '']);
    const sleeper = wine.start(wine.nodeExe, ['-e', 'setInterval(() => {}, 1000)']);
    const server = (await wine.programs()).find(({ name }) => name.startsWith('wineserver'));
    const written = await readlink(`/proc/${server?.pid}/fd/2`);
    await appendFile(written, "wineserver64: server/object.c:1: x: Assertion `x' failed.\n");
    expect(wine.hasCrashed()).toBe(true);
    expect((await sleeper.ended).code).toBeNull();
    await wine.powerOff();
    expect(wine.hasCrashed()).toBe(false);
  });

  let tries = 0;
  test('a test runs again on a booted machine when the server crashed during it', async () => {
    tries += 1;
    const program = wine.nodeExe;
    const words = "wineserver64: server/object.c:536: grab_object: Assertion `x' failed.";
    if (tries === 1) await wine.run(program, ['-e', `console.error(${JSON.stringify(words)})`]);
    expect([tries, wine.hasCrashed()]).toEqual([2, false]);
  });

  test('powerOff ends all programs of a machine after its server crashed', async () => {
    const machine = await openWine();
    const sleeper = machine.start(machine.nodeExe, ['-e', 'setInterval(() => {}, 1000)']);
    const named = async (name: string) =>
      (await machine.programs()).filter((program) => program.name.startsWith(name));
    await expect.poll(() => named('node'), { timeout: 60_000 }).not.toEqual([]);
    for (const { pid } of await named('wineserver')) process.kill(pid, 'SIGKILL');
    await machine.powerOff();
    await expect.poll(() => machine.programs(), { timeout: 60_000 }).toEqual([]);
    await sleeper.ended;
    await machine.close();
  });
});

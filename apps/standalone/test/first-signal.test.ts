import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const FILE = fileURLToPath(new URL('../src/first-signal.ts', import.meta.url));

/** Runs these lines in a process that listens for signals and then runs a program with execa. */
const run = (lines: string) =>
  execa(process.execPath, ['--import', 'tsx', '--input-type=module'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    reject: false,
    input: `import { execa } from 'execa';
      import { firstSignal } from ${JSON.stringify(FILE)};
      const signalled = firstSignal();
      const program = execa('sleep', ['60'], { reject: false });
      ${lines}
      console.log(await signalled);
      program.kill();`,
  });

test('while execa waits for a program, a signal lets this process end in order', async () => {
  const { exitCode, stdout } = await run(`process.kill(process.pid, 'SIGTERM');`);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'SIGTERM' });
});

test('the same signal again ends the process', async () => {
  const { signal, stdout } = await run(`
    process.kill(process.pid, 'SIGTERM');
    await signalled;
    await new Promise(setImmediate).then(() => new Promise(setImmediate));
    process.kill(process.pid, 'SIGTERM');
    await new Promise(() => setInterval(Object, 1000));`);
  expect({ signal, stdout }).toEqual({ signal: 'SIGTERM', stdout: '' });
});

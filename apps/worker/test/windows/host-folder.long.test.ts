/* The host folder on Windows: its start script, its settings and its commands. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestDatabase, testDatabase } from '@renderdeck/testing';
import { describeOnWindows } from '@renderdeck/wine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHostFolder } from '../../build/index.ts';

/** What a worker with the scratch root C:\new\temp has kept of its last self-test. */
async function readKept(driveC: string): Promise<{ findings: { name: string; state: string }[] }> {
  return JSON.parse(await readFile(join(driveC, 'new', 'temp', '.host', 'kill-test.json'), 'utf8'));
}

describeOnWindows('the host folder on Windows', (wine) => {
  const parent = join(wine.driveC, 'Render Deck (x64)');
  let database: TestDatabase;
  let folder = '';
  beforeAll(async () => {
    database = await testDatabase();
    folder = await buildHostFolder({ target: 'win32-x64', into: parent });
  });
  afterAll(() => database?.drop());

  const worker = (...args: string[]) =>
    wine.run(wine.nodeExe, ['worker.mjs', ...args], { cwd: folder });
  const script = (...args: string[]) =>
    wine.run('cmd', ['/c', 'worker.cmd', ...args], { cwd: folder });

  test('the start script uses the node.exe of its folder and passes arguments on', async () => {
    expect((await script('--version')).output).toContain(
      'renderdeck worker: node.exe was not found. Install Node, or put node.exe into this folder.',
    );
    await cp(wine.nodeExe, join(folder, 'node.exe'));
    const { code, output } = await script('--version');
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringMatching(/^renderdeck worker 0[.]1[.]0, win32-x64, /),
    });
    expect(await script('no', 'such thing')).toEqual({
      code: 1,
      output: expect.stringContaining('renderdeck worker: There is no no such thing: '),
    });
  });

  test('a path in the settings has the form of Windows', async () => {
    const root = String.raw`C:\new\temp`;
    await writeFile(
      join(parent, 'settings.env'),
      `DATABASE_URL=${await database.urlAs('renderdeck_worker')}\r\n` +
        `RENDERDECK_SCRATCH_ROOT=${root}\r\n`,
    );
    expect(await worker('sweep')).toEqual({ code: 0, output: `Nothing is left in ${root}.\n` });
  });

  test('ends the hostile programs of Windows, and names the proof', async () => {
    const { code, output } = await worker('selftest-kill');
    const lines = output.trim().split('\n');
    const ended = lines.filter((line) => /^✓ .*, proof kernel, \d+ ms$/.test(line));
    expect({ code, ended: ended.length, last: lines.at(-1) }, output).toEqual({
      code: 0,
      ended: 12,
      last: 'Every program was ended, with proof.',
    });
    // The result is kept for the Hosts page.
    const { findings } = await readKept(wine.driveC);
    expect(findings.map(({ state }) => state)).toEqual(findings.map(() => 'ok'));
    expect(findings[0]?.name).toBe('container');
    expect(findings.length).toBeGreaterThan(5);
    // Takes about a minute on a machine without other load.
  }, 600_000);
});

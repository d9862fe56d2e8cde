/* `worker prepare` on a new machine, in the folder that a Windows host runs. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { describeOnWindows, installNativeStandIn } from '@renderdeck/wine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildHostFolder } from '../../build/index.ts';

const AFTER_EFFECTS = 'Program Files/Adobe/Adobe After Effects 2024/Support Files';

/** The lines of the first preparation. */
const DONE = [
  /^ok {8}After Effects: .*C:\\Program Files\\Adobe\\Adobe After Effects 2024\\Support Files/,
  /^done {6}startup script: /,
  /^done {6}scratch root: C:\\scratch was made/,
  /^ok {8}output roots: \S+ may write into C:\\out\.$/,
  /^done {6}crash dialogs: /,
  /^TO DO {5}automatic log-on: /,
  /^ok {8}render: nexrender rendered a frame/,
];
const SETTINGS = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  RENDERDECK_WORKER_NAME: 'ae-01',
  RENDERDECK_SCRATCH_ROOT: 'C:\\scratch',
  RENDERDECK_ASSET_ROOTS: 'C:\\out',
  RENDERDECK_OUTPUT_ROOTS: 'C:\\out',
  RENDERDECK_ACTIONS: '@nexrender/action-copy',
};

describeOnWindows('a Windows host is prepared', (wine) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let program: string;
  beforeAll(async () => {
    folder = await temporaryFolder('host-folder');
    const built = await buildHostFolder({ target: 'win32-x64', into: folder.path });
    program = wine.toWindows(join(built, 'worker.mjs'));
    await installNativeStandIn(wine, AFTER_EFFECTS);
    await mkdir(join(wine.driveC, 'out'));
  });
  afterAll(() => folder.remove());

  const run = async (...args: string[]) => {
    const { code, output } = await wine.run(wine.nodeExe, [program, ...args], {
      env: SETTINGS,
    });
    return { code, lines: output.split(/\r?\n/) };
  };
  const prepare = (...options: string[]) => run('prepare', ...options);
  const readScript = () =>
    readFile(
      join(wine.driveC, AFTER_EFFECTS, 'Scripts', 'Startup', 'commandLineRenderer.jsx'),
      'utf8',
    );

  test('a dry run finds After Effects and changes nothing', async () => {
    const { code, lines } = await prepare('--dry-run');
    expect(code, lines.join('\n')).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^TO DO {5}startup script: /));
    expect(lines).toContainEqual(expect.stringMatching(/^TO DO {5}crash dialogs: .*reg add "HKCU/));
    expect(await readScript()).not.toContain('nexrender-patch');
  });

  test('the command does each step that it can, once, and lists the others', async () => {
    const { code, lines } = await prepare();
    const said = lines.join('\n');
    expect(code, said).toBe(1);
    expect(await readScript()).toContain('nexrender-patch');
    for (const line of DONE) expect(lines, said).toContainEqual(expect.stringMatching(line));
    const again = (await prepare('--dry-run')).lines;
    for (const line of [/^ok {8}startup script: /, /^ok {8}crash dialogs: /])
      expect(again).toContainEqual(expect.stringMatching(line));
  });
});

import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkCases, describeOnWindows } from '@renderdeck/wine';
import { expect, test } from 'vitest';

describeOnWindows('files on Windows', (wine) => {
  const precious = join(wine.driveC, 'precious');
  const root = join(wine.driveC, 'linked');
  const run = async () => {
    await mkdir(precious);
    await writeFile(join(precious, 'file'), 'precious');
    await mkdir(join(root, 'attempt-a1', 'work'), { recursive: true });
    await writeFile(join(root, 'attempt-a1', '.renderdeck-attempt'), 'a1');
    await symlink(precious, join(root, 'attempt-a1', 'work', 'link'));
    await symlink(precious, join(root, 'attempt-a2'));
    return await wine.runCases(new URL('./files.windows.ts', import.meta.url), {
      LINKED_ROOT: wine.toWindows(root),
    });
  };

  checkCases(run, [
    'a file that is open and shares nothing is named, and swept once it is closed',
    'a file that is open and shares reading is named, and swept once it is closed',
    'a file that is open and shares reading and writing is named, and swept once it is closed',
    'a file that is open and may be deleted is gone once it is closed',
    'a removal goes on until another program closes its file',
    'what a program writes without end is named, and swept once it has ended',
    'while a program works in the folder it stays ours, for the next daemon too',
    'while a program works in a folder in it it stays ours, for the next daemon too',
    'read-only files and folders are removed',
    'a path of 433 characters is written, read and removed',
    'names that only Node can make are removed',
    'a folder that leads elsewhere and is no link is named, and never entered',
    'the root is a folder on a drive, in the letters that the disk has',
    'the free bytes of the drive are known, and the probe of rights is gone',
    'a part that is open is named, and a stream of another file is left alone',
    'Node starts no .cmd without a shell',
  ]);

  test('nothing was deleted behind a link', async () => {
    expect(await readFile(join(precious, 'file'), 'utf8')).toBe('precious');
  });
});

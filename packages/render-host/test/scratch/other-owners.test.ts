/* Root removes files in folders of another user, who may put anything there. */
import { chmod, chown, mkdir, open, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeTreeGroup, runAs } from '../../src/process/render-user.ts';
import { runModuleAs } from '../../src/process/run-module-as.ts';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import {
  aSharedPlace,
  isThere,
  makeTheirs,
  otherUser as user,
  whyLeftOut,
  writeTheirs,
} from './a-shared-place.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const gone = { leftovers: [], goneAt: expect.any(String) };
/** The id of a user who owns none of these files. */
const THIRD = 54_321;
const BAD_NAME = Buffer.from([0x61, 0xff]);

const place = ofEachTest(aSharedPlace);

describe.skipIf(!isThere)(`folders of another user${whyLeftOut}`, () => {
  test('a scratch folder of a render user is removed and counted like any other', async () => {
    const folder = await aScratchFolder();
    const inWork = (name: string) => join(folder.workPath, name);
    await makeTheirs(inWork('closed'));
    await writeTheirs(join(inWork('closed'), 'file'), 'four');
    await chmod(inWork('closed'), 0o000);
    await chmod(folder.workPath, 0o000);
    await makeTheirs(join(folder.tempPath, 'x'));
    await writeTheirs(Buffer.concat([Buffer.from(join(folder.tempPath, 'x/')), BAD_NAME]), 'two');
    await symlink(place.secret, join(folder.tempPath, 'link'));
    const sizes = 4 + 3 + place.secret.length + 2; // plus the link, and the marker of the attempt
    expect(await removeScratchFolder(folder)).toMatchObject({ files: 4, bytes: sizes, ...gone });
    expect(await place.rest()).toEqual([]);
  });

  test('a folder of root that all users may write is closed before root enters it', async () => {
    await mkdir(place.root);
    // From a worker without a render user.
    const folder = await createScratchFolder(place.root, 'a1');
    const shared = join(folder.workPath, 'open');
    await mkdir(shared);
    await chmod(shared, 0o777);
    await makeTheirs(join(shared, 'theirs'));
    await writeTheirs(join(shared, 'theirs', 'file'), 'x');
    await mkdir(join(shared, 'held'));
    await chmod(join(shared, 'held'), 0o777);
    const held = await holdOpen(join(shared, 'held'));
    expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, ...gone });
    expect(await held.mode()).toBe(0o700);
  });

  test('a folder of root in a scratch folder is named and left with its files', async () => {
    const folder = await aScratchFolder();
    const kept = join(folder.workPath, 'kept');
    await mkdir(kept, { mode: 0o700 });
    await writeFile(join(kept, 'file'), 'x');
    const { leftovers, goneAt } = await removeScratchFolder(folder, { budgetMs: 0 });
    expect({ leftovers, goneAt }).toEqual({
      leftovers: [{ path: expect.stringMatching(/[.]trash.*work.kept$/), error: 'EACCES' }],
      goneAt: null,
    });
    expect(await readdir(dirname(leftovers[0]?.path ?? ''))).toEqual(['kept']);
  });

  test("a third user's folder in a scratch folder is named and left with its files", async () => {
    const folder = await aScratchFolder();
    const moved = join(folder.workPath, 'moved');
    await mkdir(join(moved, 'closed'), { recursive: true });
    await writeFile(join(moved, 'closed', 'file'), 'x');
    await chmod(moved, 0o777);
    await chmod(join(moved, 'closed'), 0o700);
    for (const path of [moved, join(moved, 'closed')]) await chown(path, THIRD, THIRD);
    const { leftovers, goneAt } = await removeScratchFolder(folder, { budgetMs: 0 });
    expect({ leftovers, goneAt }).toEqual({
      leftovers: [{ path: expect.stringMatching(/work.moved.closed$/), error: 'EACCES' }],
      goneAt: null,
    });
    expect(await readdir(leftovers[0]?.path ?? '')).toEqual(['file']);
  });

  test('a folder of root with the name of a part is left with its files', async () => {
    const part = join(place.theirs, `.shot.${ID}.part`);
    await mkdir(join(place.theirs, 'kept'), { mode: 0o700 });
    await writeFile(join(place.theirs, 'kept', 'file'), 'x');
    await rename(join(place.theirs, 'kept'), part); // the owner of the folder may rename it
    const { leftovers } = await removeParts([part], ID, { user });
    expect(leftovers).toEqual([{ path: part, error: expect.stringMatching(/EACCES: .*by hand/) }]);
    expect(await readdir(part)).toEqual(['file']);
  });

  test('a part is removed and counted as its user; any other entry is refused', async () => {
    const [film, link, absent] = ['film', 'link', 'absent'].map((name) =>
      join(place.theirs, `.${name}.${ID}.part`),
    ) as [string, string, string];
    await writeTheirs(film, 'twelve bytes');
    await symlink(place.secret, link);
    expect(await removeParts([film, link, absent], ID, { user })).toMatchObject({
      files: 1,
      bytes: 12,
      leftovers: [{ path: link, error: 'it is neither a file nor a folder' }],
    });
  });

  test('a program that works as that user gets nothing of our environment', async () => {
    const module = join(place.theirs, 'say.mjs');
    await writeFile(module, 'console.log(JSON.stringify([process.env, process.getgid()]))');
    for (const as of [user, user.uid]) {
      const ran = await runModuleAs(as, pathToFileURL(module), null, { withinMs: 60_000 });
      const said: unknown = 'printed' in ran ? JSON.parse(ran.printed) : ran;
      expect(said).toEqual([{ PATH: process.env.PATH }, 0x78_00_00_00]);
    }
  });

  test('a command that asks what that user may reach gets nothing of it either', async () => {
    const { output } = await runAs(user, ['env']);
    const names = output.split('\n').flatMap((line) => line.split('=')[0] || []);
    expect(names.filter((name) => !['PATH', '_', 'PWD', 'SHLVL'].includes(name))).toEqual([]);
  });

  test('a program that is stopped ends after its time limit', async () => {
    const module = join(place.theirs, 'stop.mjs');
    await writeFile(module, 'process.kill(process.pid, "SIGSTOP")');
    const ran = await runModuleAs(user, pathToFileURL(module), null, { withinMs: 1000 });
    expect(ran).toEqual({ problem: 'its program was ended (SIGKILL)' });
  });
});

/** Reads the rights of a folder, even after its name leads to another entry. */
async function holdOpen(path: string) {
  const folder = await open(path, 'r');
  onTestFinished(() => folder.close());
  return { mode: async () => (await folder.stat()).mode & 0o777 };
}

async function aScratchFolder() {
  await mkdir(place.root, { mode: 0o711 });
  const owner = { uid: user.uid, gid: makeTreeGroup('other-owners') };
  return await createScratchFolder(place.root, 'a1', undefined, owner);
}

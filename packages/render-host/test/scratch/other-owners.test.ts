/* What root removes and writes in folders of another user, who may put anything there. */
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { patchStartupScript, readPatch } from '../../src/nexrender/patch-startup-script.ts';
import { explainReach } from '../../src/process/explain-reach.ts';
import { makeTreeGroup, runAs } from '../../src/process/render-user.ts';
import { runModuleAs } from '../../src/process/run-module-as.ts';
import { openHostFile } from '../../src/scratch/host-file.ts';
import { letUsersPass } from '../../src/scratch/let-users-pass.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { createScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { tryToWrite } from '../../src/scratch/try-folder.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { aRoot } from './a-root.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const { user: found, leftOut } = await findOtherUser();
const user = found ?? { name: '', uid: 0, gid: 0, home: '' };
const gone = { leftovers: [], goneAt: expect.any(String) };

let place: Awaited<ReturnType<typeof aRoot>>;
/** A folder of that user. */
let theirs: string;
/** A file that only root may read. */
let secret: string;
beforeEach(async () => {
  place = await aRoot();
  await chmod(place.base, 0o711);
  theirs = await makeTheirs(join(place.base, 'theirs'));
  secret = join(place.base, 'secret');
  await writeFile(secret, 'of root', { mode: 0o600 });
});
afterEach(async () => {
  expect(await readFile(secret, 'utf8')).toBe('of root');
  await place.remove();
});

describe.skipIf(found === null)(`folders of another user${leftOut}`, () => {
  test('a scratch folder of a render user is removed and counted like any other', async () => {
    const folder = await aScratchFolder();
    const inWork = (name: string) => join(folder.workPath, name);
    await makeTheirs(inWork('closed'));
    await writeTheirs(join(inWork('closed'), 'file'), 'four');
    await chmod(inWork('closed'), 0o000);
    await chmod(folder.workPath, 0o000);
    await makeTheirs(join(folder.tempPath, 'x'));
    await writeTheirs(Buffer.concat([Buffer.from(join(folder.tempPath, 'x/')), BAD_NAME]), 'two');
    await symlink(secret, join(folder.tempPath, 'link'));
    const sizes = 4 + 3 + secret.length + 2; // also the link, and the marker of the attempt
    expect(await removeScratchFolder(folder)).toMatchObject({ files: 4, bytes: sizes, ...gone });
    expect(await place.rest()).toEqual([]);
  });

  test('a folder of root that all may write is closed before root enters it', async () => {
    await mkdir(place.root);
    const folder = await createScratchFolder(place.root, 'a1'); // of a worker without a render user
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

  test('a folder of root with the name of a part is left with its files', async () => {
    const part = join(theirs, `.shot.${ID}.part`);
    await mkdir(join(theirs, 'kept'), { mode: 0o700 });
    await writeFile(join(theirs, 'kept', 'file'), 'x');
    await rename(join(theirs, 'kept'), part); // the owner of the folder may do that
    const { leftovers } = await removeParts([part], ID, { user });
    expect(leftovers).toEqual([{ path: part, error: expect.stringMatching(/EACCES: .*by hand/) }]);
    expect(await readdir(part)).toEqual(['file']);
  });

  test('a part is removed and counted as its user; what is none is refused', async () => {
    const [film, link, absent] = ['film', 'link', 'absent'].map((name) =>
      join(theirs, `.${name}.${ID}.part`),
    ) as [string, string, string];
    await writeTheirs(film, 'twelve bytes');
    await symlink(secret, link);
    expect(await removeParts([film, link, absent], ID, { user })).toMatchObject({
      files: 1,
      bytes: 12,
      leftovers: [{ path: link, error: 'it is neither a file nor a folder' }],
    });
  });

  test('a program that works as that user gets nothing of our environment', async () => {
    const module = join(theirs, 'say.mjs');
    await writeFile(module, 'console.log(JSON.stringify([process.env, process.getgid()]))');
    for (const as of [user, user.uid]) {
      const ran = await runModuleAs(as, pathToFileURL(module), null, { withinMs: 20_000 });
      const said: unknown = 'printed' in ran ? JSON.parse(ran.printed) : ran;
      expect(said).toEqual([{ PATH: process.env.PATH }, 0x78_00_00_00]);
    }
  });

  test('neither does a command that asks what that user may reach', async () => {
    const { output } = await runAs(user, ['env']);
    const names = output.split('\n').flatMap((line) => line.split('=')[0] || []);
    expect(names.filter((name) => !['PATH', '_', 'PWD', 'SHLVL'].includes(name))).toEqual([]);
  });

  test('one that is stopped ends after its time', async () => {
    const module = join(theirs, 'stop.mjs');
    await writeFile(module, 'process.kill(process.pid, "SIGSTOP")');
    const ran = await runModuleAs(user, pathToFileURL(module), null, { withinMs: 1000 });
    expect(ran).toEqual({ problem: 'its program was ended (SIGKILL)' });
  });

  test("a host file of root's command belongs to the user and follows no link", async () => {
    const root = await makeTheirs(join(place.base, 'theirs', 'root'));
    const file = await openHostFile(root, 'report.json');
    await symlink(secret, join(root, '.host', 'report.json.new'));
    await file.write({ written: 1 });
    expect(await file.read()).toEqual({ written: 1 });
    for (const path of [join(root, '.host'), join(root, '.host', 'report.json')])
      expect(await lstat(path)).toMatchObject({ uid: user.uid });
  });

  test('a host folder that was exchanged for one of root is refused and not given', async () => {
    const root = await makeTheirs(join(place.base, 'theirs', 'root'));
    const file = await openHostFile(root, 'report.json');
    await rename(join(root, '.host'), join(root, 'aside'));
    await mkdir(join(root, '.host'));
    await expect(file.write({})).rejects.toThrow(/[.]host belongs to user 0/);
    await openHostFile(root, 'report.json');
    expect((await stat(join(root, '.host'))).uid).toBe(0);
  });

  test('a scratch root of that user is refused before its rights are changed', async () => {
    await expect(letUsersPass(theirs)).rejects.toThrow(/belongs to user .*: give it to user 0/);
    expect((await stat(theirs)).mode & 0o777).toBe(0o755);
  });

  test('who could exchange a folder above the scratch root takes no job', async () => {
    const scratchRoot = join(theirs, 'deep', 'root');
    await mkdir(scratchRoot, { recursive: true });
    const places = { aerender: null, loaderCache: null, assetRoots: [], outputRoots: [] };
    const why = () => explainReach(user, { ...places, scratchRoot });
    expect((await why()).join()).toContain(`owns ${theirs} and could put something else into`);
    await chown(theirs, 0, 0);
    expect(await why()).toEqual([]);
    await chmod(theirs, 0o777);
    expect((await why()).join()).toContain(`may write into ${theirs} and could put something`);
    await chmod(theirs, 0o1777);
    expect(await why()).toEqual([]);
  });

  test('root tries to write where that user decides only as that user', async () => {
    expect(await tryToWrite(theirs, false)).toBeNull();
    await chmod(theirs, 0o555);
    expect(await tryToWrite(theirs, false)).toBe('EACCES');
    expect(process.geteuid?.()).toBe(0);
  });
});

describe.skipIf(found === null)(`an After Effects of another user${leftOut}`, () => {
  test("nexrender's script is written as that user", async () => {
    const { aerender, script } = await anAfterEffects();
    await giveAll(dirname(aerender));
    expect(await patchStartupScript(aerender)).toBeNull();
    expect(readPatch(aerender)).toBe('patched');
    const backups = join(dirname(aerender), 'Backup.Scripts');
    for (const path of [script, backups, join(backups, 'renderdeck.lock')])
      expect((await stat(path)).uid).toBe(user.uid);
  });

  test('a script that is a link leads to no file of root', async () => {
    const { aerender, script } = await anAfterEffects();
    await rename(script, `${script}.old`);
    await symlink(secret, script);
    await giveAll(dirname(aerender));
    expect(await patchStartupScript(aerender)).toMatch(/EACCES.*User \d+ may exchange this folder/);
  });

  test('where everybody may write, root writes nothing', async () => {
    const { aerender, script } = await anAfterEffects();
    await chmod(dirname(script), 0o777);
    expect(await patchStartupScript(aerender)).toMatch(/others than root may write into .*Startup/);
    expect(readPatch(aerender)).toBe('not patched');
  });

  test('a script of that user in a folder of root is written as root', async () => {
    const { aerender, script } = await anAfterEffects();
    await chown(script, user.uid, user.gid);
    expect(await patchStartupScript(aerender)).toBeNull();
    expect(readPatch(aerender)).toBe('patched');
  });
});

/** The rights of a folder, whatever becomes of its name. */
async function holdOpen(path: string) {
  const folder = await open(path, 'r');
  onTestFinished(() => folder.close());
  return { mode: async () => (await folder.stat()).mode & 0o777 };
}

const BAD_NAME = Buffer.from([0x61, 0xff]);

async function aScratchFolder() {
  await mkdir(place.root, { mode: 0o711 });
  const owner = { uid: user.uid, gid: makeTreeGroup('other-owners') };
  return await createScratchFolder(place.root, 'a1', undefined, owner);
}

async function anAfterEffects() {
  const { aerender } = await installStandIn(join(place.base, 'Adobe After Effects 2024'));
  const script = join(dirname(aerender), 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  return { aerender, script };
}

async function makeTheirs(path: string): Promise<string> {
  await mkdir(path, { mode: 0o755 });
  await chown(path, user.uid, user.gid);
  return path;
}

async function writeTheirs(path: string | Buffer, text: string): Promise<void> {
  await writeFile(path, text);
  await chown(path, user.uid, user.gid);
}

/** Gives a folder and all in it, but not what a link in it leads to. */
async function giveAll(folder: string): Promise<void> {
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink())
      await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
}

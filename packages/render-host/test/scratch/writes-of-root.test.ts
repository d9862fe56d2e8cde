/* Root writes files in folders of another user, who may put anything there. */
import {
  chmod,
  chown,
  lchown,
  lstat,
  mkdir,
  readdir,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { describe, expect, test } from 'vitest';
import { patchStartupScript, readPatch } from '../../src/nexrender/patch-startup-script.ts';
import { explainReach, listLoaded } from '../../src/process/explain-reach.ts';
import { openHostFile } from '../../src/scratch/host-folder.ts';
import { letUsersPass } from '../../src/scratch/let-users-pass.ts';
import { tryToWrite } from '../../src/scratch/try-folder.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import {
  aSharedPlace,
  isThere,
  makeTheirs,
  otherUser as user,
  whyLeftOut,
} from './a-shared-place.ts';

const place = ofEachTest(aSharedPlace);

describe.skipIf(!isThere)(`files of root in folders of another user${whyLeftOut}`, () => {
  test("a host file of root's command belongs to the user and follows no link", async () => {
    const root = await makeTheirs(join(place.base, 'theirs', 'root'));
    const file = await openHostFile(root, 'report.json');
    await symlink(place.secret, join(root, '.host', 'report.json.new'));
    await file.write({ written: 1 });
    expect(await file.read()).toEqual({ written: 1 });
    for (const path of [join(root, '.host'), join(root, '.host', 'report.json')])
      expect(await lstat(path)).toMatchObject({ uid: user.uid });
  });

  test("a host folder that was exchanged for one of root's is refused and not given", async () => {
    const root = await makeTheirs(join(place.base, 'theirs', 'root'));
    const file = await openHostFile(root, 'report.json');
    await rename(join(root, '.host'), join(root, 'aside'));
    await mkdir(join(root, '.host'));
    await expect(file.write({})).rejects.toThrow(/[.]host belongs to user 0/);
    await openHostFile(root, 'report.json');
    expect((await stat(join(root, '.host'))).uid).toBe(0);
  });

  test('a scratch root of that user is refused before its rights change', async () => {
    await expect(letUsersPass(place.theirs)).rejects.toThrow(
      /belongs to user .*: give it to user 0/,
    );
    expect((await stat(place.theirs)).mode & 0o777).toBe(0o755);
  });

  test('a user who could exchange a folder above the scratch root gets no job', async () => {
    const scratchRoot = join(place.theirs, 'deep', 'root');
    await mkdir(scratchRoot, { recursive: true });
    const roots = { assetRoots: [], outputRoots: [] };
    const places = { aerender: null, loaderCache: null, loaded: [], ...roots };
    const why = () => explainReach(user, { ...places, scratchRoot });
    expect((await why()).join()).toContain(
      `owns ${place.theirs} and could put something else into`,
    );
    await chown(place.theirs, 0, 0);
    expect(await why()).toEqual([]);
    await chmod(place.theirs, 0o777);
    expect((await why()).join()).toContain(
      `may write into ${place.theirs} and could put something`,
    );
    await chmod(place.theirs, 0o1777);
    expect(await why()).toEqual([]);
  });

  test('a user who could change what later renders load gets no job', async () => {
    const folder = join(place.base, 'operator');
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    const presetsFile = join(folder, 'presets.json');
    const module = join(folder, 'module.js');
    for (const path of [presetsFile, module]) await writeFile(path, '{}');
    const loaded = listLoaded({ presetsFile, actions: ['a-name', module], actionsFolder: folder });
    const roots = { scratchRoot: place.base, assetRoots: [], outputRoots: [] };
    const places = { aerender: null, loaderCache: null, loaded, ...roots };
    const why = async () => (await explainReach(user, places)).join();
    expect(await why()).toBe('');
    for (const path of [...loaded, folder]) {
      const { mode } = await stat(path);
      await chmod(path, 0o777);
      expect(await why()).toMatch(`may write ${path === folder ? `into ${path}` : path}`);
      await chmod(path, mode);
      await chown(path, user.uid, user.gid);
      expect(await why()).toContain(`owns ${path} and could put something else`);
      await chown(path, 0, 0);
      expect(await why()).toBe('');
    }
    expect(loaded).toEqual([presetsFile, join(folder, 'node_modules'), module]);
  });

  test('where that user decides, root tries to write only as that user', async () => {
    expect(await tryToWrite(place.theirs, false)).toBeNull();
    await chmod(place.theirs, 0o555);
    expect(await tryToWrite(place.theirs, false)).toBe('EACCES');
    expect(process.geteuid?.()).toBe(0);
  });
});

describe.skipIf(!isThere)(`an After Effects of another user${whyLeftOut}`, () => {
  test("nexrender's script is written as that user", async () => {
    const { aerender, script } = await anAfterEffects();
    await giveAll(dirname(aerender));
    expect(await patchStartupScript(aerender)).toBeNull();
    expect(await readPatch(aerender)).toBe('patched');
    const backups = join(dirname(aerender), 'Backup.Scripts');
    for (const path of [script, backups, join(backups, 'renderdeck.lock')])
      expect((await stat(path)).uid).toBe(user.uid);
  });

  test('a script that is a link leads to no file of root', async () => {
    const { aerender, script } = await anAfterEffects();
    await rename(script, `${script}.old`);
    await symlink(place.secret, script);
    await giveAll(dirname(aerender));
    expect(await patchStartupScript(aerender)).toMatch(
      / is a link, not a regular file.*User \d+ may exchange this folder/,
    );
  });

  test('a folder that is a link leads to no file of root', async () => {
    const { aerender, script } = await anAfterEffects();
    const startup = dirname(script);
    await giveAll(dirname(aerender));
    const hidden = join(place.base, 'hidden');
    await rename(startup, hidden);
    await chown(hidden, 0, 0);
    await chmod(hidden, 0o700);
    await symlink(hidden, startup);
    await lchown(startup, user.uid, user.gid);
    expect(await patchStartupScript(aerender)).toMatch(/EACCES.*User \d+ may exchange this folder/);
  });

  test('where every user may write, root writes nothing', async () => {
    const { aerender, script } = await anAfterEffects();
    await chmod(dirname(script), 0o777);
    expect(await patchStartupScript(aerender)).toMatch(/others than root may write into .*Startup/);
    expect(await readPatch(aerender)).toBe('not patched');
  });

  test('where every user may create a name, root creates none', async () => {
    const { aerender } = await anAfterEffects();
    const folder = dirname(aerender);
    await chmod(folder, 0o1777);
    expect(await patchStartupScript(aerender)).toMatch(/others than root may make .*Backup[.]Scr/);
    const backups = join(folder, 'Backup.Scripts');
    await mkdir(join(backups, 'Startup'), { recursive: true });
    await chmod(folder, 0o755);
    await chmod(backups, 0o1777);
    expect(await patchStartupScript(aerender)).toMatch(/others than root may make .*renderdeck/);
    await symlink(join(place.base, 'made'), join(backups, 'renderdeck.lock'));
    await lchown(join(backups, 'renderdeck.lock'), user.uid, user.gid);
    expect(await patchStartupScript(aerender)).toMatch(/user \d+ may exchange .*renderdeck[.]lock/);
    expect(await readdir(place.base)).not.toContain('made');
    expect(await readPatch(aerender)).toBe('not patched');
  });

  test('where every user may create names, root writes no script of another user', async () => {
    const { aerender, script } = await anAfterEffects();
    await chmod(dirname(script), 0o1777);
    await chown(script, user.uid, user.gid);
    expect(await patchStartupScript(aerender)).toMatch(/user \d+ may exchange .*commandLineRend/);
    await chown(script, 0, 0);
    expect(await patchStartupScript(aerender)).toBeNull();
    expect(await readPatch(aerender)).toBe('patched');
  });

  test('a script of that user in a folder of root is written as root', async () => {
    const { aerender, script } = await anAfterEffects();
    await chown(script, user.uid, user.gid);
    expect(await patchStartupScript(aerender)).toBeNull();
    expect(await readPatch(aerender)).toBe('patched');
  });
});

async function anAfterEffects() {
  const { aerender } = await installStandIn(join(place.base, 'Adobe After Effects 2024'));
  const script = join(dirname(aerender), 'Scripts', 'Startup', 'commandLineRenderer.jsx');
  return { aerender, script };
}

/** Gives a folder and everything in it to the user, but not the target of a link. */
async function giveAll(folder: string): Promise<void> {
  await chown(folder, user.uid, user.gid);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (!entry.isSymbolicLink())
      await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
}

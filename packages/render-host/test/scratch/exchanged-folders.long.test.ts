/*
 * A program of the render user exchanges a folder for a link to files of root as fast as it can,
 * while root removes entries of that folder by name.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { becomeUser, makeTreeGroup } from '../../src/process/render-user.ts';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { RENAMEAT2 } from '../../testing/exchange-paths.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { aRoot } from './a-root.ts';

/** When root itself removed the files, about one of ten tries deleted files of root. */
const TRIES = Number(process.env.RENDERDECK_EXCHANGE_TRIES ?? 12);
const ID = '01890000-0000-7000-8000-000000000001';
const GROUP = makeTreeGroup('exchanged');
const EXCHANGE = fileURLToPath(new URL('exchange.pl', import.meta.url));
const NAMES = Array.from({ length: 60 }, (_, at) => `file-${at}`);

const { user, leftOut } = await findOtherUser();
const place = ofEachTest(aRoot);
/** A folder that only root may enter. It has a file for each of the names. */
let kept: string;
const hostile: ChildProcess[] = [];
beforeEach(async () => {
  await chmod(place.base, 0o711);
  kept = join(place.base, 'kept');
  await makeFiles(kept);
  await chmod(kept, 0o700);
});
afterEach(endHostile);

describe.skipIf(user === null)(`folders that the render user exchanges${leftOut}`, () => {
  test(
    'the removal of a part that turns into a folder and a link deletes no file of root',
    async () => {
      const out = place.outside;
      const name = `.film.mov.${ID}.part`;
      await mkdir(out);
      await give(out);
      for (let tried = 0; tried < TRIES; tried += 1) {
        await writeFile(join(out, name), 'a part');
        await makeFiles(join(out, 'folder'));
        await symlink(kept, join(out, 'link'));
        for (const each of [name, 'folder']) await give(join(out, each));
        await startHostile(out, [name, 'folder', 'link']);
        await removeParts([join(out, name)], ID, { user, budgetMs: 20_000 });
        expect(await readdir(kept), `after ${tried + 1} tries`).toHaveLength(NAMES.length);
        await endHostile();
        for (const each of [name, 'folder', 'link'])
          await rm(join(out, each), { recursive: true, force: true });
      }
    },
    TRIES * 20_000,
  );

  test(
    'the removal of a scratch folder with a folder that turns into a link deletes no file of root',
    async () => {
      if (user === null) return;
      await mkdir(place.root, { mode: 0o711 });
      await chmod(place.root, 0o711);
      for (let tried = 0; tried < TRIES; tried += 1) {
        const owner = { uid: user.uid, gid: GROUP };
        const folder = await createScratchFolder(place.root, `a${tried}`, undefined, owner);
        const [made, link] = ['made', 'link'].map((name) => join(folder.workPath, name));
        await makeFiles(made ?? '');
        await symlink(kept, link ?? '');
        await give(made ?? '');
        await startHostile(folder.workPath, ['made', 'link']);
        await removeScratchFolder(folder, { budgetMs: 20_000 });
        expect(await readdir(kept), `after ${tried + 1} tries`).toHaveLength(NAMES.length);
        await endHostile();
        expect(await removeScratchFolder(folder)).toMatchObject({ leftovers: [] });
        expect(await place.rest()).toEqual([]);
      }
    },
    TRIES * 20_000,
  );
});

/** Starts the program that exchanges the first name in this folder, as the render user. */
async function startHostile(folder: string, names: readonly string[]): Promise<void> {
  if (user === null) return;
  const args = ['perl', EXCHANGE, String(RENAMEAT2), ...names] as const;
  const [command, ...rest] = becomeUser(user, GROUP, [...args]);
  const program = spawn(command, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  hostile.push(program);
  await once(program.stdout, 'data');
}

async function endHostile(): Promise<void> {
  for (const program of hostile.splice(0)) {
    const closed = once(program, 'close');
    program.kill('SIGKILL');
    await closed;
  }
}

async function makeFiles(folder: string): Promise<void> {
  await mkdir(folder);
  for (const name of NAMES) await writeFile(join(folder, name), 'x');
}

async function give(path: string): Promise<void> {
  await chown(path, user?.uid ?? 0, GROUP);
}

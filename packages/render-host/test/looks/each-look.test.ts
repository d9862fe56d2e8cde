/*
 * In the place of each file that is looked at, these tests put a FIFO, a socket, a device, a
 * folder, or a link to nothing, to itself or to one of these. No look may wait for it or read it.
 */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { afterAll, describe, expect, test } from 'vitest';
import { describeRenderer, findUnprepared } from '../../src/nexrender/describe-renderer.ts';
import { SCRIPT } from '../../src/nexrender/find-aerender.mjs';
import { findSilentSources, measureFiles } from '../../src/nexrender/measure-files.ts';
import { patchStartupScript, readPatch } from '../../src/nexrender/patch-startup-script.ts';
import { explainReach } from '../../src/process/explain-reach.ts';
import { Looks } from '../../src/process/looks.ts';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { openHostFile } from '../../src/scratch/host-folder.ts';
import { readHostId } from '../../src/scratch/host-id.ts';
import { openHostJournal } from '../../src/scratch/host-journal.ts';
import { takeKernelLock } from '../../src/scratch/kernel-lock.ts';
import { type HeldLock, lockHost } from '../../src/scratch/lock-host.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { refuseFolder } from '../../src/scratch/scratch-folder.ts';
import { openSystem } from '../../src/system/system.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { aRoot } from '../scratch/a-root.ts';
import { NAMED_THINGS, putThing, type Thing } from './put-thing.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const { user, leftOut } = await findOtherUser();
const looks = new Looks(null);

const place = ofEachTest(aRoot);
afterAll(() => looks.end());

/** Puts the thing in place of the present entry. */
async function putInPlace(thing: Thing, path: string): Promise<void> {
  await rename(path, `${path}-away`).catch(() => undefined);
  await putThing(thing, path);
}

describe.each(NAMED_THINGS)('%s', (thing: Thing, named) => {
  test('in the place of aerender', async () => {
    const { aerender } = await installStandIn(join(place.base, 'ae'));
    await putInPlace(thing, aerender);
    const { problem, path } = await describeRenderer(aerender);
    expect(path).toBe(null);
    expect(problem).toMatch(/^There is no aerender at | is a \w+, not a regular file[.]$/);
  });

  test('in the place of the startup script', async () => {
    const { aerender } = await installStandIn(join(place.base, 'ae'));
    const script = join(dirname(aerender), SCRIPT);
    await putInPlace(thing, script);
    const what = `${script} is ${named}, not a regular file`;
    expect((await describeRenderer(aerender)).problem).toContain(`${what}.`);
    await expect(findUnprepared(aerender)).rejects.toThrow(what);
    await expect(readPatch(aerender)).rejects.toThrow(what);
    // As root, the command first looks through each link for the user who may exchange the script.
    const refused = (await patchStartupScript(aerender)) ?? '';
    expect([`(${what})`, 'too many links'].some((why) => refused.includes(why))).toBe(true);
  });

  test.skipIf(user === null)(`when another user looks at the script${leftOut}`, async () => {
    if (user === null) return;
    const { aerender } = await installStandIn(join(place.base, 'ae'));
    await putInPlace(thing, join(dirname(aerender), SCRIPT));
    const scratchRoot = place.base;
    const none = { loaderCache: null, loaded: [], assetRoots: [], outputRoots: [] };
    const why = await explainReach(user, { aerender, scratchRoot, ...none });
    expect(why.join(' ')).not.toContain('It is not known');
  });

  test("in the place of the host's own files", async () => {
    const lock = await lockHost(place.root);
    if ('heldBy' in lock) throw new Error('the root is held');
    await lock.release();
    const own = join(place.root, '.host');
    const file = await openHostFile(place.root, 'stop.json');
    await putInPlace(thing, join(own, 'stop.json'));
    expect(await file.read()).toBe(undefined);

    const journal = await openHostJournal(place.root);
    for (const name of [`${ID}.json`, `${ID}.room`]) {
      await putInPlace(thing, join(own, 'journal', name));
      expect(await journal.read(ID)).toBe(undefined);
    }

    await putInPlace(thing, join(own, 'lock'));
    await expect(takeKernelLock(join(own, 'lock'))).rejects.toThrow(`is ${named}, not a regular`);
    const held: HeldLock = { root: place.root, release: async () => undefined };
    await putInPlace(thing, join(own, 'host.json'));
    await expect(readHostId(held)).rejects.toThrow(`cannot be read (it is ${named})`);
  });

  test.skipIf(thing === 'folder')('in the place of a new file before its rename', async () => {
    const file = await openHostFile(place.root, 'note.json');
    await putThing(thing, join(place.root, '.host', 'note.json.new'));
    await file.write({ one: 1 });
    expect(await file.read()).toEqual({ one: 1 });
  });

  test("in the place of the file with the daemon's name, and of a folder's marker", async () => {
    const lock = await lockHost(place.root);
    if ('heldBy' in lock) throw new Error('the root is held');
    await putInPlace(thing, join(place.root, '.worker.json'));
    expect(await lockHost(place.root)).toEqual({ heldBy: null });
    await lock.release();

    const scratch = await createScratchFolder(place.root, ID);
    await putInPlace(thing, scratch.markerPath);
    expect(await refuseFolder({ ...scratch, wasMarked: false })).toMatch(/has no marker of ours$/);
  });

  test('among the files of a render, and of its sources', async () => {
    const folders = { workPath: join(place.base, 'work'), tempPath: join(place.base, 'temp') };
    for (const path of Object.values(folders)) await mkdir(path);
    await putThing(thing, join(folders.workPath, 'result.mov'));
    await writeFile(join(folders.workPath, 'film.mov'), 'film');
    const { files } = await measureFiles(looks, folders, (text) => text);
    expect(files.amount).toBeGreaterThanOrEqual(5);
    const job = { template: { src: 'file:///a', name: 'film.mov' } };
    expect(await findSilentSources(looks, job, folders.workPath)).toEqual([]);
  });

  test('in the place of a part of an output, which is left or removed, never opened', async () => {
    const out = join(place.base, 'out');
    await mkdir(out);
    const part = join(out, `.film.mov.${ID}.part`);
    await putThing(thing, part);
    const { leftovers } = await removeParts([part], ID);
    const isLeft = (await readdir(out)).includes(`.film.mov.${ID}.part`);
    expect(leftovers.length).toBe(isLeft ? 1 : 0);
  });

  test('where `worker prepare` reads a file', async () => {
    const path = join(place.base, 'Prefs.txt');
    await putThing(thing, path);
    expect(await openSystem().readBytes(path)).toBe(null);
  });
});

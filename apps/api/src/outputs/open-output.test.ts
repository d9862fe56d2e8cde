import { once } from 'node:events';
import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { folderOfFile } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import { createDiskTurns } from './disk-turns.ts';
import { createOutputOpener } from './open-output.ts';

const folder = folderOfFile('opener');

/** Exchanges a folder for a link and back, as fast as it can, until a message comes. */
const SWAP = `
  const { renameSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const [inside, link, spare] = workerData;
  parentPort.once('message', () => process.exit());
  const swap = () => {
    for (let i = 0; i < 200; i += 1) {
      renameSync(inside, spare); renameSync(link, inside);
      renameSync(inside, link); renameSync(spare, inside);
    }
    setImmediate(swap);
  };
  swap();`;

test('a folder that is exchanged for a link meanwhile never leads outside', async () => {
  const root = join(folder.path, 'out');
  const outside = join(folder.path, 'outside');
  const inside = join(root, 'in');
  for (const path of [root, outside, inside]) await mkdir(path);
  await writeFile(join(inside, 'a.mp4'), 'inside!');
  await writeFile(join(outside, 'a.mp4'), 'secret!');
  await symlink(outside, join(root, 'link'));
  const opener = createOutputOpener([{ from: '/out', to: root }]);
  const workerData = [inside, join(root, 'link'), join(root, 'spare')];
  const swapper = new Worker(SWAP, { eval: true, workerData });
  const seen = new Map<string, number>();
  try {
    for (let tries = 0; tries < 3000; tries += 1) {
      const found = await readAll(opener).catch(() => 'refused');
      seen.set(found, (seen.get(found) ?? 0) + 1);
    }
  } finally {
    swapper.postMessage('end');
    await once(swapper, 'exit');
  }
  expect([...seen.keys()].filter((text) => !/^(inside!|refused)$/.test(text))).toEqual([]);
  expect(seen.get('inside!')).toBeGreaterThan(0);
  expect(seen.get('refused')).toBeGreaterThan(0);
});

test('a file with a second name is refused until the other name is gone', async () => {
  const root = join(folder.path, 'linked');
  const secret = join(folder.path, 'secret.mp4');
  await mkdir(root);
  await writeFile(secret, 'secret!');
  await link(secret, join(root, 'a.mp4'));
  const opener = createOutputOpener([{ from: '/out', to: root }]);
  await expect(readAll(opener, '/out/a.mp4')).rejects.toThrow(/a second name \(a hard link\)/);
  await rm(secret);
  expect(await readAll(opener, '/out/a.mp4')).toBe('secret!');
});

async function readAll(
  opener: ReturnType<typeof createOutputOpener>,
  path = '/out/in/a.mp4',
): Promise<string> {
  const file = await opener.open({ path, bytes: 7 });
  try {
    const chunks = [];
    for await (const chunk of file.read(0, 6, new AbortController().signal)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  } finally {
    await file.close();
  }
}

test('two looks that never end block two turns, and a third one can give up', async () => {
  const inTurn = createDiskTurns();
  const cut = new AbortController();
  let begun = 0;
  let end = () => {};
  const hung = new Promise<void>((resolve) => {
    end = resolve;
  });
  const look = (signal = new AbortController().signal) =>
    inTurn(() => {
      begun += 1;
      return hung;
    }, signal);
  const running = [look(), look()];
  const third = look(cut.signal);
  cut.abort(new Error('gone'));
  await expect(third).rejects.toThrow('gone');
  expect(begun).toBe(2);
  const fourth = look();
  end();
  await Promise.all([...running, fourth]);
  expect(begun).toBe(3);
});

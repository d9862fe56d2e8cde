/*
 * The locks that the kernel of Windows holds for a host, and the files that the host writes. A
 * second node.exe runs this file, too: `hold PATH` takes the lock, `host ROOT` locks a scratch
 * root, and `inherit PATH` starts a program that inherits its lock.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readHostId } from '../../src/scratch/host-id.ts';
import { openHostJournal } from '../../src/scratch/host-journal.ts';
import { takeKernelLock } from '../../src/scratch/kernel-lock.ts';
import { lockHost } from '../../src/scratch/lock-host.ts';
import { writeDurably } from '../../src/scratch/write-durably.ts';
import { endNodes, holdFile, runNode, SHARE } from './hold-file.ts';

const SELF = fileURLToPath(import.meta.url);
const [role, path = ''] = process.argv.slice(2);

// With a role it runs until it is killed, and registers no case.
if (role !== undefined) await play(role);

afterEach(endNodes);
const newFile = () => join(mkdtempSync('C:\\lock-'), 'lock');
const take = async (file: string) => {
  const lock = await takeKernelLock(file);
  return lock === null || lock === 'held' ? lock : 'taken';
};

test('one process holds a lock, and another is told so', async () => {
  const file = newFile();
  const lock = await takeKernelLock(file);
  const other = await runNode([SELF, 'hold', file]);
  assert.equal(other.said, 'held');
  await other.end();
  assert.ok(lock !== null && lock !== 'held');
  lock.release();
  lock.release();
  assert.equal((await runNode([SELF, 'hold', file])).said, 'taken');
});

test('a lock is free when its process was killed', async () => {
  const file = newFile();
  const holder = await runNode([SELF, 'hold', file]);
  assert.deepEqual([holder.said, await take(file)], ['taken', 'held']);
  await holder.end();
  assert.equal(await take(file), 'taken');
});

test('a lock that a program inherited is held until that program has ended, too', async () => {
  const file = newFile();
  const first = await runNode([SELF, 'inherit', file]);
  await first.end();
  assert.equal(await take(file), 'held');
  process.kill(Number(first.said));
  let now = await take(file);
  for (let tries = 0; now === 'held' && tries < 100; tries += 1) now = await take(file);
  assert.equal(now, 'taken');
});

test('a program that looks into the file for a moment holds no lock', async () => {
  const file = newFile();
  await writeFile(file, '');
  const close = holdFile(file, SHARE.readAndWrite);
  const taking = take(file);
  close();
  assert.equal(await taking, 'taken');
});

test('one daemon per scratch root, and the next one after it was killed', async () => {
  const root = mkdtempSync('C:\\root-');
  const daemon = await runNode([SELF, 'host', root]);
  assert.equal(daemon.said, 'taken');
  const refused = await lockHost(root);
  assert.deepEqual(refused, { heldBy: daemon.pid });
  await daemon.end();
  const lock = await lockHost(root);
  assert.ok('root' in lock, JSON.stringify(lock));
  assert.equal(lock.root, root);
  const hostId = await readHostId(lock);
  assert.equal(await readHostId(lock), hostId);
  await lock.release();
});

test('a file of the host that is open elsewhere is written once it is closed', async () => {
  const folder = mkdtempSync('C:\\host-');
  await writeDurably(folder, 'host.json', 'one');
  const close = holdFile(join(folder, 'host.json'), SHARE.readAndWrite);
  const writing = writeDurably(folder, 'host.json', 'two');
  while (!existsSync(join(folder, 'host.json.new'))) await delay(1);
  assert.equal(await readFile(join(folder, 'host.json'), 'utf8'), 'one\n');
  close();
  await writing;
  assert.equal(await readFile(join(folder, 'host.json'), 'utf8'), 'two\n');
  assert.ok(!existsSync(join(folder, 'host.json.new')));
});

test('the journal keeps, lists and forgets what it was told', async () => {
  const id = '01890000-0000-7000-8000-000000000001';
  const root = mkdtempSync('C:\\root-');
  const journal = await openHostJournal(root);
  await journal.write(id, { outcome: 'lost' }, false);
  await journal.write(id, { outcome: 'completed' }, false);
  assert.deepEqual(await journal.read(id), { outcome: 'completed' });
  await journal.write(id, { outcome: 'failed' }, true);
  const again = await openHostJournal(root);
  assert.deepEqual([await again.list(), await again.read(id)], [[id], { outcome: 'failed' }]);
  const close = holdFile(join(root, '.host', 'journal', `${id}.json`), SHARE.readAndWrite);
  const removing = again.remove(id);
  close();
  await removing;
  assert.deepEqual(await again.list(), []);
});

async function play(part: string): Promise<never> {
  const lock = part === 'host' ? await lockHost(path) : await takeKernelLock(path);
  const isHeld = lock === 'held' || lock === null || 'heldBy' in lock;
  if (part === 'inherit' && !isHeld && 'fd' in lock) console.log(startHeir(lock.fd));
  else console.log(isHeld ? 'held' : 'taken');
  setInterval(() => lock, 1e6);
  return await new Promise<never>(() => undefined);
}

/** Starts a program that inherits the descriptor. Returns its pid. */
function startHeir(fd: number): number | undefined {
  const heir = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', fd],
  });
  heir.unref();
  return heir.pid;
}

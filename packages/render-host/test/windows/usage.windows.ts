import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { measureUsage } from '../../src/process/usage.ts';
import { openLibrary } from '../../src/process/windows/load-windows-api.ts';
import { freeBytes } from '../../src/scratch/scratch-root.ts';
import { runNode } from './start-tree.ts';

/** A node.exe uses more memory than this. */
const LEAST_MEMORY = 10_000_000;

function countHandles(): number {
  const { library } = openLibrary('kernel32.dll');
  const self: () => number = library.func('intptr_t GetCurrentProcess()');
  const ask: (process: number, into: Buffer) => number = library.func(
    'int GetProcessHandleCount(intptr_t process, void *into)',
  );
  const count = Buffer.alloc(4);
  assert.notEqual(ask(self(), count), 0);
  return count.readUInt32LE(0);
}

test('an account has all processes and their memory, and leaves no handle open', async () => {
  const tree = await runNode(`
    const { spawn } = require('node:child_process');
    for (let n = 0; n < 2; n++) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log('ready'); setInterval(() => {}, 1000)`);
  const account = tree.accounting?.();
  // The launcher, the program and its two children; perhaps a console program too.
  assert.ok(account !== null && account !== undefined && account.processes >= 4);
  assert.ok(account.memoryBytes > 4 * LEAST_MEMORY, `${account.memoryBytes} bytes`);
  assert.ok(account.sinceMs > 0);

  const before = countHandles();
  for (let turn = 0; turn < 50; turn++) {
    tree.accounting?.();
    await tree.members();
  }
  const opened = countHandles() - before;
  assert.ok(opened < 50, `${opened} handles stay open`);

  const attemptId = randomUUID();
  const measured = await measureUsage([{ attemptId, pids: [], accounting: tree.accounting }]);
  assert.equal(measured.get(attemptId)?.processes, account.processes);

  await stopProcessTree(tree.record, { graceMs: 0 });
  await tree.close();
  assert.equal(tree.accounting?.(), null, 'a job that is gone has no account');
});

test('the free disk is that of the system', async () => {
  mkdirSync('C:\\scratch');
  const { library } = openLibrary('kernel32.dll');
  const ask: (path: string, mine: Buffer, total: null, free: null) => number = library.func(
    'int GetDiskFreeSpaceExW(str16 path, void *mine, void *total, void *free)',
  );
  const mine = Buffer.alloc(8);
  assert.notEqual(ask('C:\\scratch', mine, null, null), 0);
  const free = await freeBytes('C:\\scratch');
  // Other programs may write to the disk meanwhile.
  const difference = Math.abs(free - Number(mine.readBigUInt64LE(0)));
  assert.ok(difference < 1_000_000_000 && free > 0, `${free} and ${mine.readBigUInt64LE(0)}`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectContainer } from '../../src/process/container/container.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { runNode } from './start-tree.ts';

test('a host with Windows holds each render in a Job Object', async () => {
  assert.equal((await detectContainer()).kind, 'jobObject');
});

test('a stop ends a tree of five and the kernel proves it', async () => {
  const tree = await runNode(`
    const { spawn } = require('node:child_process');
    for (let n = 0; n < 4; n++) spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log('ready'); setInterval(() => {}, 1000)`);
  const report = await stopProcessTree(tree.record, { graceMs: 2000 });
  assert.equal(report.proof, 'kernel');
  assert.deepEqual(report.survivors, []);
  assert.equal(report.processes.filter(({ name }) => name === 'node.exe').length, 6);
  assert.deepEqual(new Set(report.processes.map(({ endedBy }) => endedBy)), new Set(['SIGKILL']));
  assert.equal(report.rounds, 1);
  await tree.release();
});

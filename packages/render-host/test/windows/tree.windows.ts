/*
 * Trees on Windows, as a daemon starts and ends them. With ROLE this file is itself a daemon: it
 * starts a tree and goes on until the test kills it.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { after, test as define } from 'node:test';
import { fileURLToPath } from 'node:url';
import { detectContainer } from '../../src/process/container/container.ts';
import { findUnclaimed } from '../../src/process/find-unclaimed.ts';
import { isSameProcess, readIdentity } from '../../src/process/process-identity.ts';
import { stopProcessTree } from '../../src/process/stop-process-tree.ts';
import { windowsListing } from '../../src/process/windows/list-processes.ts';
import { listLiveJobs } from '../../src/process/windows/live-jobs.ts';
import { runNode, runProgram, startTree, type TestTree, waitFor } from './start-tree.ts';

const ACTS = String(process.env.ACTS);
const AFTER_EFFECTS = 'C:\\AfterFX.exe';
const AT_ONCE = { graceMs: 0, budgetMs: 60_000 };
/** For stops that cannot be proven: long enough to list the processes of a busy machine. */
const UNPROVABLE_STOP = { graceMs: 0, budgetMs: 5000 };
const LIVE = 'setInterval(() => {}, 1000)';
const { ROLE } = process.env;
const test = ROLE === undefined ? define : () => undefined;

async function count(program: string): Promise<number> {
  const { processes } = await windowsListing.takeSnapshot();
  return processes.filter(({ name }) => program.endsWith(name)).length;
}

async function endTree(tree: TestTree, options: object = AT_ONCE) {
  const report = await stopProcessTree(tree.record, options);
  assert.equal(report.proof, 'kernel', JSON.stringify(report));
  assert.deepEqual(report.survivors, []);
  await tree.close();
  assert.deepEqual(listLiveJobs(), []);
  return report;
}

async function startStray(): Promise<ChildProcess> {
  const before = await count(AFTER_EFFECTS);
  const stray = spawn(AFTER_EFFECTS, ['sleep'], { detached: true, stdio: 'ignore' });
  await waitFor(async () => (await count(AFTER_EFFECTS)) > before);
  return stray;
}

async function endStray(stray: ChildProcess): Promise<void> {
  const before = await count(AFTER_EFFECTS);
  stray.kill();
  await waitFor(async () => (await count(AFTER_EFFECTS)) < before);
}

/** Prints `ready` when its tree runs; with `waiting`, when the tree waits for `go`. */
async function runDaemon(): Promise<void> {
  if (ROLE === 'waiting') await startTree();
  else await runProgram(AFTER_EFFECTS, 'tree', '3');
  console.log('daemon ready');
  setInterval(() => {}, 1000);
}

function startDaemon(): ChildProcess {
  const self = fileURLToPath(import.meta.url);
  return spawn(process.execPath, [self], {
    env: { ...process.env, ROLE: 'daemon', NODE_OPTIONS: '' },
    stdio: 'ignore',
  });
}

/** A case that fails leaves its tree. The kernel ends the tree with its job. */
if (ROLE === undefined)
  after(() => {
    for (const job of listLiveJobs()) job.remove();
  });
if (ROLE !== undefined) await runDaemon();
else copyFileSync(ACTS, AFTER_EFFECTS);

test('a host with Windows holds each render in a Job Object', async () => {
  assert.equal((await detectContainer()).kind, 'jobObject');
});

test('a stop ends a whole tree and names each process that it ended', async () => {
  const tree = await runProgram(ACTS, 'tree', '4');
  const report = await endTree(tree, { graceMs: 2000 });
  const names = report.processes.map(({ name }) => name);
  assert.equal(names.filter((name) => ACTS.endsWith(name)).length, 5, names.join());
  assert.ok(names.includes('node.exe'), names.join());
  assert.ok(report.processes.every(({ endedBy }) => endedBy === 'SIGKILL'));
  assert.ok(report.processes.every(({ endedAt }) => endedAt !== null));
});

test('the launcher sends its last lines before it is ended', async () => {
  const messages: unknown[] = [];
  const tree = await startTree({
    module: `process.on('message', (message) => {
      if (message.launcher === 'flush') process.send({ last: 'line' });
    }); process.send({ listens: true });`,
    onMessage: (message) => messages.push(message),
  });
  tree.go({});
  await waitFor(() => messages.length > 0);
  await endTree(tree, { graceMs: 600_000 });
  assert.deepEqual(
    messages.filter((message) => JSON.stringify(message).includes('last')),
    [{ last: 'line' }],
  );
});

test('a launcher that does not answer is ended all the same', async () => {
  const tree = await startTree({ module: 'process.send("busy"); for (;;);' });
  tree.go({});
  await endTree(tree, { graceMs: 600_000 });
});

test('a second cancel ends the wait for the last lines', async () => {
  const tree = await startTree({ module: 'for (;;);' });
  tree.go({});
  await endTree(tree, { graceMs: 600_000, skipGrace: AbortSignal.abort() });
});

test('after a normal end the same path ends a helper that is left', async () => {
  const tree = await startTree({
    module: `const { spawn } = await import('node:child_process');
      const options = { detached: true, stdio: 'ignore' };
      spawn(${JSON.stringify(ACTS)}, ['sleep'], options).unref();
      process.channel.unref();`,
  });
  tree.go({});
  assert.deepEqual(await tree.ended, { code: 0, signal: null });
  assert.equal(await count(ACTS), 1);
  const report = await endTree(tree);
  assert.ok(report.processes.some(({ name }) => ACTS.endsWith(name)));
});

test('a launcher that cannot start leaves no process and no job', async () => {
  await assert.rejects(startTree({ env: { NODE_OPTIONS: '--no-such-option' } }), /launcher/);
  assert.deepEqual(listLiveJobs(), []);
});

test('a tree whose job is gone is ended by its recorded identities', async () => {
  const child = spawn(ACTS, ['wait'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const root = await readIdentity(Number(child.pid));
  assert.ok(root !== null);
  const tree = await runNode(LIVE);
  const recorded = { ...tree.record, attemptId: 'of-an-earlier-daemon', root, members: [] };
  await endTree(tree);
  const report = await stopProcessTree(recorded, AT_ONCE);
  assert.equal(report.proof, 'repeated', JSON.stringify(report));
  assert.deepEqual(
    report.processes.map(({ pid }) => pid),
    [root.pid],
  );
  assert.equal(await isSameProcess(root), false);
});

test('After Effects in no job proves nothing, is named, and is left alone', async () => {
  const tree = await runNode(LIVE);
  const stray = await startStray();
  const report = await stopProcessTree(tree.record, UNPROVABLE_STOP);
  assert.equal(report.proof, null);
  assert.deepEqual(
    report.survivors.map(({ pid }) => pid),
    [stray.pid],
  );
  const unclaimed = await findUnclaimed('any', new Set());
  assert.deepEqual(
    unclaimed.map(({ pid }) => pid),
    [stray.pid],
  );
  await endStray(stray);
  await endTree(tree);
});

test('After Effects in no job is ended where a setting says so', async () => {
  const tree = await runNode(LIVE);
  await startStray();
  await endTree(tree, { ...AT_ONCE, endStrays: true });
  assert.equal(await count(AFTER_EFFECTS), 0);
});

test('After Effects that is older than the render proves nothing of it', async () => {
  const stray = await startStray();
  const tree = await runNode(LIVE);
  await endTree(tree);
  await endStray(stray);
});

test('the render of another slot is not taken for a stray', async () => {
  const first = await runNode(LIVE);
  const second = await runProgram(AFTER_EFFECTS, 'tree', '2');
  const report = await stopProcessTree(first.record, AT_ONCE);
  assert.equal(report.proof, 'kernel', JSON.stringify(report));
  await first.close();
  assert.deepEqual(await findUnclaimed('any', new Set()), []);
  await endTree(second);
});

test('the render of another worker of the host is none either while that lives', async () => {
  const tree = await runNode(LIVE);
  const other = startDaemon();
  await waitFor(async () => (await count(AFTER_EFFECTS)) === 4);
  await endTree(tree);
  assert.deepEqual(await findUnclaimed('any', new Set()), []);
  other.kill();
  await waitFor(async () => (await count(AFTER_EFFECTS)) === 0);
});

test('a service that a render starts escapes from its job, and is found', async () => {
  const tree = await runNode(LIVE);
  const sc = (...args: string[]) =>
    spawnSync('C:\\windows\\system32\\sc.exe', args, { encoding: 'utf8' });
  const said: unknown[] = [];
  // The service manager may still be starting.
  await waitFor(
    () => {
      said.push(sc('create', 'renderdeck-escape', 'binPath=', `${AFTER_EFFECTS} service`).status);
      return sc('start', 'renderdeck-escape').status === 0;
    },
    () => said,
  );
  await waitFor(async () => (await count(AFTER_EFFECTS)) === 1);
  const report = await stopProcessTree(tree.record, UNPROVABLE_STOP);
  assert.equal(report.proof, null);
  assert.deepEqual(
    report.survivors.map(({ name }) => name),
    ['AfterFX.exe'],
  );
  await endTree(tree, { ...AT_ONCE, endStrays: true });
  sc('delete', 'renderdeck-escape');
});

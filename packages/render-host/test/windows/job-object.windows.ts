import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { endProcess } from '../../src/process/end-process.ts';
import { isSameProcess, readIdentity } from '../../src/process/process-identity.ts';
import { createJobObject, type JobObject } from '../../src/process/windows/job-object.ts';
import { windowsListing } from '../../src/process/windows/list-processes.ts';
import { loadWindowsApi, openLibrary } from '../../src/process/windows/load-windows-api.ts';
import { endJob, startAct, waitingAct } from './start-act.ts';
import { waitFor } from './start-tree.ts';

const ACTS = String(process.env.ACTS);
const CREATE_BREAKAWAY_FROM_JOB = '0x01000000';
const DETACHED_IN_A_NEW_GROUP = '0x00000208';
const NO_WINDOW = '0x08000000';
const SUSPENDED = '0x00000004';
/** If a member stays this long and no act lives, the member never began to run. */
const UNBEGUN_MS = 2_000;
const { isWine } = loadWindowsApi();

/** The living copies of acts.exe, in a job or outside. */
async function listActs(): Promise<number[]> {
  const { processes } = await windowsListing.takeSnapshot();
  return processes.filter(({ name }) => ACTS.endsWith(name)).map(({ pid }) => pid);
}

async function endsWhole(job: JobObject): Promise<void> {
  await endJob(job);
  assert.deepEqual(await listActs(), []);
}

test('a job is made, holds a process, lists it and ends it', async () => {
  const { job, pid } = await startAct('tree', '0');
  assert.deepEqual([...job.listPids()], [pid]);
  assert.equal(job.isEmpty(), false);
  assert.equal(job.isOutside(pid), false);
  assert.equal(job.isOutside(process.pid), true);
  await endsWhole(job);
});

for (const size of [5, 50])
  test(`a tree of ${size} is in the list and ends`, async () => {
    const { job } = await startAct('tree', String(size));
    assert.equal(job.listPids().size, size + 1);
    assert.equal(job.accounting?.()?.processes, size + 1);
    await endsWhole(job);
  });

test('orphans whose parents have ended are in the list and end', async () => {
  const { job } = await startAct('orphans', '8');
  assert.equal(job.listPids().size, 9);
  await endsWhole(job);
});

for (const [what, flags] of [
  ['a detached child in a new group', DETACHED_IN_A_NEW_GROUP],
  ['a child with a console that nobody sees', NO_WINDOW],
  ['a child that was never resumed', SUSPENDED],
  ['a child that asks to leave the job', CREATE_BREAKAWAY_FROM_JOB],
] as const)
  test(`${what} does not leave the job, and ends`, async () => {
    const { job, said } = await startAct('flags', flags);
    const child = Number(/child (\d+)/.exec(said())?.[1]);
    // Windows refuses to start a child that asks to leave. Wine starts it inside of the job.
    if (child !== 0) assert.equal(job.isOutside(child), false, said());
    await endsWhole(job);
  });

test('what `cmd start /b` starts is in the list and ends', async () => {
  const { job } = await startAct('cmd');
  await waitFor(() => job.listPids().size >= 2);
  await endsWhole(job);
});

test('a job of its own does not free a child of a member', async () => {
  const { job, said } = await startAct('nested', CREATE_BREAKAWAY_FROM_JOB);
  const child = Number(/child (\d+)/.exec(said())?.[1]);
  assert.notEqual(child, 0, said());
  assert.equal(job.isOutside(child), false, said());
  await endsWhole(job);
});

test('a list that is longer than the buffer is read whole', async () => {
  const { job } = await startAct('tree', '80');
  assert.equal(job.listPids().size, 81);
  await endsWhole(job);
});

test('a process that has ended cannot be put into a job', async () => {
  const act = waitingAct('tree', '0');
  act.child.kill();
  await new Promise((resolve) => act.child.once('exit', resolve));
  const job = createJobObject();
  assert.throws(() => job.adopt(act.pid), /error (5|87) /);
  job.remove();
});

test('ten chains in which each process starts the next and ends are ended', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { job } = await startAct('chains', '10');
    await waitFor(() => job.listPids().size > 1);
    await waitFor(async () => {
      job.killAll();
      return job.isEmpty() === true || (isWine && (await keepsUnbegun(job)));
    });
    job.remove();
    assert.deepEqual(await listActs(), []);
  }
});

/**
 * Whether no remaining member ever began to run: the list does not change, and no act is alive.
 * Wine 10 keeps a child in the list for ever if its parent was ended while it created the child
 * (seen on a busy machine).
 */
async function keepsUnbegun(job: JobObject): Promise<boolean> {
  const before = [...job.listPids()];
  if (before.length === 0 || (await listActs()).length > 0) return false;
  await new Promise((resolve) => setTimeout(resolve, UNBEGUN_MS));
  const after = [...job.listPids()];
  return (await listActs()).length === 0 && after.join() === before.join();
}

test('the kernel ends every member when the last handle of the job is closed', async () => {
  const { job } = await startAct('tree', '5');
  job.remove();
  await waitFor(async () => (await listActs()).length === 0);
});

test('a second handle of the job keeps its members alive, so nobody gets one', async () => {
  const { library } = openLibrary('kernel32.dll');
  const duplicate: (...args: (number | Buffer)[]) => number = library.func(
    'int DuplicateHandle(intptr_t from, intptr_t handle, intptr_t to, void *made, ' +
      'uint32_t access, int inherit, uint32_t options)',
  );
  let handle = 0;
  const api = loadWindowsApi();
  const job = createJobObject({
    ...api,
    createJob() {
      const made = api.createJob();
      handle = made.value ?? 0;
      return made;
    },
  });
  const act = waitingAct('tree', '2');
  job.adopt(act.pid);
  await act.go();
  const second = Buffer.alloc(8);
  const SAME_ACCESS = 2;
  assert.notEqual(duplicate(-1, handle, -1, second, 0, 0, SAME_ACCESS), 0);
  job.remove();
  assert.equal((await listActs()).length, 3);
  api.close(Number(second.readBigInt64LE(0)));
  await waitFor(async () => (await listActs()).length === 0);
});

test('an identity stays the same, for every reader, and ends with its process', async () => {
  const act = waitingAct('tree', '0');
  const first = await readIdentity(act.pid);
  const { processes } = await windowsListing.takeSnapshot();
  assert.equal(processes.find(({ pid }) => pid === act.pid)?.startToken, first?.startToken);
  const job = createJobObject();
  job.adopt(act.pid);
  assert.equal(job.launcher?.created, first?.startToken);
  assert.ok(first !== null && (await isSameProcess(first)));
  assert.equal(await isSameProcess({ ...first, startToken: `${first.startToken}0` }), false);
  await endJob(job);
  assert.equal(await isSameProcess(first), false);
});

test('a dead process that can still be opened is dead', async () => {
  const { pid, job } = await startAct('tree', '0');
  job.killAll();
  await waitFor(() => job.isEmpty() === true);
  // The job still has a handle of the launcher.
  const opened = loadWindowsApi().openProcess(0x101000, pid);
  assert.equal(opened.error, 0);
  loadWindowsApi().close(Number(opened.value));
  assert.equal(await readIdentity(pid), null);
  job.remove();
});

test('a reused pid has another identity, and a job pins the pid of its launcher', async () => {
  const { job, pid: pinned } = await startAct('tree', '0');
  job.killAll();
  await waitFor(() => job.isEmpty() === true);
  const seen = new Map<number, string>();
  let reused = 0;
  for (let n = 0; n < 120; n += 1) {
    const child = spawn(ACTS, ['wait'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const pid = Number(child.pid);
    const { startToken } = (await readIdentity(pid)) ?? { startToken: 'gone' };
    assert.notEqual(pid, pinned);
    if (seen.has(pid)) reused += 1;
    assert.notEqual(seen.get(pid), startToken);
    seen.set(pid, startToken);
    child.kill();
    await new Promise((resolve) => child.once('exit', resolve));
  }
  console.log(`${reused} pids were reused`);
  job.remove();
});

test('a process that took the pid of another is not ended in its place', async () => {
  const act = waitingAct('tree', '0');
  const identity = await readIdentity(act.pid);
  assert.equal(endProcess(act.pid, '1'), false);
  assert.ok(identity !== null && (await isSameProcess(identity)));
  assert.equal(endProcess(act.pid, identity.startToken), true);
  await waitFor(async () => !(await isSameProcess(identity)));
});

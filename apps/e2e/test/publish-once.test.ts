/*
 * Two hosts may render one job for a while: the first host is frozen, loses its lease, and thaws.
 * The outputs of the two hosts never mix, and the second host publishes only when the first host no
 * longer can. The test writes different bytes to each copy and reads the output itself.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { holdWrite } from './hold-write.ts';
import { freeze, namesOf, type Pipes, submitPiped, writePipeAction } from './pipe-action.ts';

/** The bytes that the copies of the first and the second attempt write. */
const BYTES = [Buffer.alloc(16_000_000, 'first '), Buffer.alloc(16_000_000, 'second ')] as const;

const farm = farmOfFile();
let actions: Awaited<ReturnType<typeof writePipeAction>>;
let first: WorkerUnderTest;
let second: WorkerUnderTest;
const startWorker = (name: string) =>
  farm.startWorker(name, {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LOCAL_ACTIONS: actions.module,
  });
beforeAll(async () => {
  actions = await writePipeAction(farm.folders.assets);
});

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const copyWhole = async (pipes: Pipes, attempt: 1 | 2) => {
  const source = await pipes.open(attempt);
  await source.write(BYTES[attempt - 1] ?? Buffer.alloc(0));
  await source.close();
};
/** Freezes the daemon and the process tree of the first host. */
const freezeFirst = async () => {
  const frozen = freeze([first.pid, ...(await farm.processes()).map(({ pid }) => pid)]);
  onTestFinished(frozen.thaw);
  return frozen;
};

test('a host that thaws during its copy adds no byte to the output of another host', async () => {
  first = await startWorker('one');
  const pipes = actions.pipes();
  const job = await submitPiped(farm, pipes);
  const source = await pipes.open(1);
  await source.write(BYTES[0].subarray(0, 8_000_000));
  const frozen = await freezeFirst();
  await farm.endLease('one');

  second = await startWorker('two');
  await copyWhole(pipes, 2);
  const completed = await farm.until(job.id, 'COMPLETED');
  expect(completed.attempts).toMatchObject([
    { number: 2, host: 'two', output: 'published' },
    { number: 1, host: 'one', output: 'none', confirmedAt: null },
  ]);
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));

  frozen.thaw();
  await source.write(BYTES[0].subarray(8_000_000));
  await source.close();
  const { view, attempts } = await farm.untilJob(
    job.id,
    'confirmed by the first host',
    (found) => found.attempts[1]?.confirmedAt !== null,
  );
  expect(view.job).toMatchObject({ status: 'COMPLETED', output: 'published', warnings: [] });
  expect(attempts[1]).toMatchObject({ outcome: 'lost', output: 'none', parts: [] });
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));
  expect(namesOf(job)).toEqual([basename(job.output)]);
});

/** Freezes the first host after the yes of the second gate and before it renames its file. */
async function aJobBetweenYesAndRename() {
  first = await startWorker('one');
  const held = await holdWrite(farm.database.url, 'output');
  const pipes = actions.pipes();
  const job = await submitPiped(farm, pipes);
  await copyWhole(pipes, 1);
  await held.untilHeld();
  const frozen = await freezeFirst();
  await held.pass();
  await farm.untilJob(job.id, 'maybe out', ({ view }) => view.job.output === 'maybe');
  await farm.endLease('one');

  second = await startWorker('two');
  await copyWhole(pipes, 2);
  await farm.untilPhase(job.id, 'waitingToPublish');
  return { job, frozen };
}

test('the second host waits until the first one has thawed and proven its end', async () => {
  const { job, frozen } = await aJobBetweenYesAndRename();
  expect(namesOf(job).every((name) => name.endsWith('.part'))).toBe(true);
  expect((await farm.readJob(job.id)).attempts).toMatchObject([
    { number: 2, output: 'none', outcome: null },
    { number: 1, output: 'maybe', outcome: 'lost', confirmedAt: null },
  ]);

  frozen.thaw();
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([
    { number: 2, output: 'published', outcome: 'completed' },
    { number: 1, output: 'none', outcome: 'lost', confirmedAt: expect.any(Date) },
  ]);
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));
  expect(namesOf(job)).toEqual([basename(job.output)]);
});

test('the second host publishes when the first one was killed and its host is back', async () => {
  const { job } = await aJobBetweenYesAndRename();
  await first.kill();
  expect((await farm.untilPhase(job.id, 'waitingToPublish')).output).toBe('none');
  expect(existsSync(job.output)).toBe(false);

  first = await startWorker('one');
  const { view, attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([
    { number: 2, output: 'published', outcome: 'completed' },
    { number: 1, output: 'none', outcome: 'lost', confirmedAt: expect.any(Date), parts: [] },
  ]);
  expect(view.job.warnings).toEqual([]);
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));
  expect(namesOf(job)).toEqual([basename(job.output)]);
});

test('the second host publishes when an admin has declared the first one gone', async () => {
  const { job, frozen } = await aJobBetweenYesAndRename();
  await farm.untilHost('one', 'silent', ({ state }) => state === 'silent');
  const gone = await farm.send('POST', '/hosts/one/gone', {
    confirmName: 'one',
    reason: 'Its disk burned.',
  });
  expect(gone.status).toBe(200);
  const completed = await farm.until(job.id, 'COMPLETED');
  expect(completed.view.job.warnings).toEqual([
    'Attempt 1 on one ended while it published: its output may be out.',
    `${job.output} may have been published twice: by attempt 1 on one and by attempt 2 on two.`,
  ]);
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));

  frozen.thaw(); // the first host was not gone after all, but its old yes no longer counts
  const { view, attempts } = await farm.untilJob(
    job.id,
    'confirmed by the first host',
    (found) => found.attempts[1]?.confirmedAt !== null,
  );
  expect(attempts[1]).toMatchObject({ output: 'none', declaredBy: 'ada' });
  expect(view.job.warnings).toEqual([]);
  expect(sha(readFileSync(job.output))).toBe(sha(BYTES[1]));
  expect(namesOf(job)).toEqual([basename(job.output)]);
});

test('a cancel ends the wait and reports that the output may be out', async () => {
  const { job, frozen } = await aJobBetweenYesAndRename();
  await farm.cancel(job.id, '?waitMs=0');
  const { view } = await farm.untilJob(
    job.id,
    'stopped on the second host',
    (found) => found.attempts[0]?.confirmedAt !== null,
  );
  expect(view.receipt).toMatchObject({ output: 'maybe' });
  expect(existsSync(job.output)).toBe(false);
  frozen.thaw();
  await farm.untilJob(
    job.id,
    'confirmed by the first host',
    (found) => found.attempts[1]?.confirmedAt !== null,
  );
  expect(namesOf(job)).toEqual([]);
});

test('a worker that drains while it waits gives its job back', async () => {
  const { job, frozen } = await aJobBetweenYesAndRename();
  expect(await second.end()).toEqual({ code: 0, signal: null });
  expect((await farm.readJob(job.id)).attempts[0]).toMatchObject({
    number: 2,
    outcome: 'released',
    output: 'none',
    parts: [],
  });
  await farm.cancel(job.id, '?waitMs=0');
  frozen.thaw();
  await farm.untilJob(
    job.id,
    'confirmed by the first host',
    (found) => found.attempts[1]?.confirmedAt !== null,
  );
  expect(namesOf(job)).toEqual([]);
});

/*
 * Errors inside a worker. One that no code handles, here a rejected promise, ends it in order: one
 * line of the log has its cause, and the job goes back to the queue.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { waitFor } from '@renderdeck/testing/wait-for';
import { startWorkerUnderTest } from '@renderdeck/worker/testing';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile();

/** Rejects a promise in the worker when it gets the signal. */
const FAULT = "process.on('SIGUSR2', () => void Promise.reject(new Error('of the test')))";

test('a promise that nobody handles gives the job back, and one line names its cause', async () => {
  // The farm would count its exit code as a fault.
  const worker = await startWorkerUnderTest('one', {
    ...farm.settingsOf('one'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAULT)}`,
  });
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  worker.signal('SIGUSR2');
  expect(await worker.exited).toEqual({ code: 1, signal: null });
  const lines = worker.said().trim().split('\n');
  const fatal = lines.filter((line) => line.includes('"level":60')).map((line) => JSON.parse(line));
  expect(fatal).toMatchObject([
    { origin: 'unhandledRejection', err: { message: 'of the test' }, host: 'one' },
  ]);
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
    'renderdeck worker: It ended after an error: of the test. Its log has more.',
  ]);
  const { view, attempts } = await farm.readJob(job.id);
  expect(view.job.status).toBe('QUEUED');
  expect(attempts).toMatchObject([{ outcome: 'released', stopReport: { survivors: [] } }]);
  expect(await farm.processes()).toEqual([]);
  await farm.cancel(job.id);
});

test('a failed statement is logged without its values', async () => {
  await farm.sql.unsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OF tree ON attempts FOR EACH ROW
      EXECUTE FUNCTION refuse()`);
  const worker = await farm.startWorker();
  const job = await farm.submit();
  const statement = 'update attempts a set tree';
  await waitFor(() => worker.said().includes(statement), { what: 'the failure to be logged' });
  expect(worker.said()).toContain('not today');
  const [attempt] = await farm.sql<
    { treeMarker: string }[]
  >`SELECT tree_marker AS "treeMarker" FROM attempts WHERE job_id = ${job.id}`;
  expect(attempt?.treeMarker).toMatch(/^\S{16,}$/);
  expect(worker.said()).not.toContain(attempt?.treeMarker);

  await farm.sql`DROP FUNCTION refuse CASCADE`;
  await farm.until(job.id, 'COMPLETED');
});

// Without a free file descriptor a daemon cannot list processes.
test.skipIf(process.platform !== 'linux')(
  'a cancel without free file descriptors is confirmed only when the tree is proven dead',
  async () => {
    const worker = await farm.startWorker();
    const limitFiles = (most: number) =>
      execFileSync('prlimit', ['--pid', String(worker.pid), `--nofile=${most}:`]);
    const job = await farm.submit({ project: { frames: 3000, frameMs: 20 } });
    const attempt = await farm.untilPhase(job.id, 'rendering');
    limitFiles(3);
    await farm.cancel(job.id, '?waitMs=0');
    await waitFor(() => worker.said().includes('could not be stopped'), {
      what: 'the stop to fail',
    });
    expect((await farm.readJob(job.id)).view.job.status).toBe('CANCELLING');
    expect(await farm.processes(attempt.id)).not.toEqual([]);
    expect(readdirSync(`/proc/${worker.pid}/fd`).length).toBeGreaterThan(3);

    limitFiles(1024);
    await farm.until(job.id, 'CANCELLED');
    expect(await farm.processes()).toEqual([]);
    expect(await farm.files()).toEqual([]);
  },
);

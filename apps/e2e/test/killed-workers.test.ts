/*
 * SIGKILL ends workers at random while jobs render, and other workers take over. At the end no job
 * is lost, no two attempts rendered one job at the same time, and no process or file is left. An
 * observer lists the processes all the time. It does not use the database.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { randomOf, SEED } from '@renderdeck/testing/random';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const KILLS = 6;
const JOBS = 14;
const farm = farmOfFile({ RENDERDECK_SLOTS: '2' });

/** Lists the render processes repeatedly. Records each job that two attempts render at once. */
function startObserver() {
  const renderedTwice = new Set<string>();
  let rounds = 0;
  let over = false;
  const observing = (async () => {
    const jobOf = new Map<string, string>();
    while (!over) {
      const rendering = (await farm.processes())
        .filter(({ name }) => name === 'AfterFX')
        .flatMap(({ attemptId }) => attemptId ?? []);
      for (const id of rendering.filter((attempt) => !jobOf.has(attempt)))
        jobOf.set(id, (await farm.jobOf(id)) ?? id);
      const attemptsOf = new Map<string, Set<string>>();
      for (const id of rendering)
        attemptsOf.set(
          jobOf.get(id) ?? id,
          (attemptsOf.get(jobOf.get(id) ?? id) ?? new Set()).add(id),
        );
      for (const [job, attempts] of attemptsOf) if (attempts.size > 1) renderedTwice.add(job);
      rounds += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return {
    renderedTwice,
    async stop(): Promise<number> {
      over = true;
      await observing;
      return rounds;
    },
  };
}

test('killed workers lose no job, render none twice at once and leave nothing', async () => {
  const observer = startObserver();
  const jobs = await Promise.all(
    Array.from({ length: JOBS }, () => farm.submit({ project: { frames: 30, frameMs: 25 } })),
  );
  const cancelled = jobs.slice(-2).map(({ id }) => id);
  const names = ['one', 'two'];
  const random = randomOf(SEED);
  const workers = new Map<string, WorkerUnderTest>();
  for (const name of names) workers.set(name, await farm.startWorker(name));

  for (let kill = 0; kill < KILLS; kill += 1) {
    const name = random.pick(names);
    const frames = random.between(0, 24);
    // If the worker has no such render within four seconds, it is killed anyway.
    await waitFor(async () => await farm.isRendering(name, frames), { withinMs: 4000 }).catch(
      () => null,
    );
    await workers.get(name)?.kill();
    if (kill === 2) for (const id of cancelled) await farm.send('DELETE', `/jobs/${id}?waitMs=0`);
    workers.set(name, await farm.startWorker(name));
  }

  for (const { id } of jobs) {
    await farm.untilJob(id, 'over', ({ view }) =>
      ['COMPLETED', 'FAILED', 'CANCELLED'].includes(view.job.status),
    );
  }
  expect(await observer.stop()).toBeGreaterThan(20);
  expect([...observer.renderedTwice]).toEqual([]);
  for (const job of jobs) {
    const { view, attempts } = await farm.readJob(job.id);
    const ends = attempts.map(({ outcome }) => outcome);
    const completed = ends.filter((outcome) => outcome === 'completed').length;
    // A worker may be killed after the output is out and before it says so. If the job is being
    // stopped then, it is CANCELLED, and its output is on record.
    const isOut = view.job.status === 'CANCELLED' && view.job.output === 'published';
    expect(completed).toBe(view.job.status === 'COMPLETED' || (isOut && completed > 0) ? 1 : 0);
    if (isOut) expect(existsSync(job.output)).toBe(true);
    // The report of an earlier attempt that had completed may come after the next one began.
    const other = ends.slice(1).filter((end) => end !== 'lost' && end !== 'completed');
    expect(other).toEqual([]);
    if (view.job.status === 'COMPLETED') expect(existsSync(job.output)).toBe(true);
    if (view.job.status === 'FAILED')
      expect(view.job.failure).toMatch(/No attempts are left \(3 of 3\)/);
    if (view.job.status === 'CANCELLED') expect(cancelled).toContain(job.id);
  }
  for (const worker of workers.values())
    expect(await worker.end()).toEqual({ code: 0, signal: null });
  expect(await farm.processes()).toEqual([]);
  const outputs = await readdir(farm.folders.output);
  expect(outputs.filter((name) => name.endsWith('.part'))).toEqual([]);
  for (const name of names) expect(await farm.files(name)).toEqual([]);
});

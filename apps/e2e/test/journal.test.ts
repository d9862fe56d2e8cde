/* Reports that a host could not send are sent by its next daemon, from the journal. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEntry } from '@renderdeck/render-host/testing';
import { copyTo } from '@renderdeck/standalone/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile, lineOfFile, SLOW } from './farm/farm-of-file.ts';

const farm = farmOfFile({ RENDERDECK_LEASE_MS: '300000' });
const line = lineOfFile(farm);

const startWorker = () =>
  farm.startWorker('one', { DATABASE_URL: line.url, RENDERDECK_DRAIN_LIMIT_MS: '1000' });

test('a job given back during an outage costs no attempt once the worker restarts', async () => {
  const worker = await startWorker();
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  line.cut();
  worker.signal('SIGTERM');
  expect(await worker.exited).toEqual({ code: 0, signal: null });
  await farm.untilNoProcess();
  expect((await farm.readJob(job.id)).view.job.status).toBe('RENDERING');
  line.restore();
  await startWorker();
  const { attempts } = await farm.untilJob(job.id, 'claimed again', (found) => {
    return found.view.job.attempts === 2;
  });
  expect(attempts[1]).toMatchObject({ outcome: 'released', stopReport: { survivors: [] } });
  expect(attempts[1]?.confirmedAt).not.toBeNull();
  expect((await farm.readJob(job.id)).view.job.maxAttempts).toBe(4);
  expect(existsSync(job.output)).toBe(false);
  await farm.cancel(job.id);
});

test('the journal has an attempt before it runs, and its output before it is out', async () => {
  const actions = await writeHoldAction(farm.folders.assets);
  await farm.startWorker('two', {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LOCAL_ACTIONS: actions.module,
  });
  const [before, after] = [actions.hold(), actions.hold()];
  const job = await farm.submit({
    actions: (output) => ({
      prerender: [before.action],
      postrender: [copyTo(output), after.action],
    }),
  });
  await waitFor(() => before.isHeld(), { withinMs: 60_000, what: 'the render to be held' });
  const [attempt] = (await farm.readJob(job.id)).attempts;
  const read = async () => {
    const value = await readEntry(
      join(farm.scratchOf('two'), '.host', 'journal'),
      attempt?.id ?? '',
    );
    return JSON.parse(JSON.stringify(value)).report;
  };
  expect(await read()).toMatchObject({ output: 'none', stopReport: { proof: null } });
  await before.release();
  await waitFor(() => existsSync(job.output), { withinMs: 60_000, what: 'the output' });
  expect(await read()).toMatchObject({ output: 'maybe', stopReport: { proof: null } });
  await after.release();
  await farm.until(job.id, 'COMPLETED', 60_000);
  const { stopReport, ...report } = await read();
  expect(report).toMatchObject({ output: 'published', end: { kind: 'completed' } });
  expect(stopReport.proof).not.toBeNull();
});

test('a daemon starts although the database refuses a report of its journal', async () => {
  const first = await farm.startWorker('two');
  await farm.until((await farm.submit()).id, 'COMPLETED', 60_000);
  await first.end();
  const folder = join(farm.scratchOf('two'), '.host', 'journal');
  const [name = ''] = await readdir(folder);
  const entry = JSON.parse(await readFile(join(folder, name), 'utf8'));
  const job = await farm.submit();
  const attemptId = randomUUID();
  // No attempt can have so high a number.
  const report = { ...entry.report, jobId: job.id, attemptId, number: 40_000 };
  const refused = JSON.stringify({ ...entry, sentTo: null, report });
  await writeFile(join(folder, `${attemptId}.json`), refused);
  await farm.startWorker('two');
  await farm.until(job.id, 'COMPLETED', 60_000);
});

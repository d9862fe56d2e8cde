/*
 * An asynchronous standby is promoted although it lacks a job that a host has rendered. The host
 * tells what it had put out, and nothing of the job is left.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listHostsOutput } from '@renderdeck/contract';
import { copyTo } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { openSql } from '@renderdeck/testing/open-sql';
import { expect, test } from 'vitest';
import { startFarmWithStandby } from './farm/replicated-database.ts';

const LONG = { frames: 6000, frameMs: 20 } as const;

test('what a killed daemon left of a job that a promotion lost is ended and told', async () => {
  const { database, farm } = await startFarmWithStandby();
  const actions = await writeHoldAction(farm.folders.assets);
  const hold = actions.hold();
  const env = {
    RENDERDECK_ACTIONS: `@nexrender/action-copy,${actions.module}`,
    RENDERDECK_LOCAL_ACTIONS: actions.module,
  };
  const worker = await farm.startWorker('one', env);
  await database.servers.catchUp();
  await database.servers.fallBehind();
  const lost = await farm.submit({
    actions: (output) => ({ postrender: [copyTo(output), hold.action] }),
  });
  await waitFor(hold.isHeld, { withinMs: 60_000, what: 'the output to be published' });
  await worker.kill();
  await database.failOver();
  const next = await farm.startWorker('one', env);
  await farm.untilHost('one', 'with the lost output', ({ lostOutputs }) => lostOutputs.length > 0);
  const { hosts } = listHostsOutput.parse((await farm.send('GET', '/hosts')).body);
  expect(hosts).toMatchObject([
    { lostOutputs: [{ jobId: lost.id, outputs: [lost.output], isSure: true }] },
  ]);
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
  expect(await next.end()).toEqual({ code: 0, signal: null });
});

test('an output of a job that a promotion lost is told on the host and in the audit', async () => {
  const { database, farm } = await startFarmWithStandby();
  const worker = await farm.startWorker();
  const first = await farm.submit({ project: LONG });
  const attempt = await farm.untilPhase(first.id, 'rendering');
  // The standby knows of a part that the primary has forgotten by the time of the promotion.
  const part = join(dirname(first.output), `.left.mov.${attempt.id}.part`);
  const primary = openSql(database.servers.primary.url());
  const record = (parts: readonly string[]) =>
    primary`update attempts set parts = ${primary.json([...parts])} where id = ${attempt.id}`;
  await record([part]);
  await database.servers.catchUp();
  await database.servers.fallBehind();
  await record([]);
  await primary.end();
  await farm.cancel(first.id);
  const job = await farm.submit();
  await farm.until(job.id, 'COMPLETED', 120_000);
  await mkdir(dirname(part), { recursive: true });
  await writeFile(part, 'left');

  await database.failOver();
  await farm.untilHost('one', 'with the lost output', ({ lostOutputs }) => lostOutputs.length > 0);
  const { hosts } = listHostsOutput.parse((await farm.send('GET', '/hosts')).body);
  expect(hosts).toMatchObject([
    { name: 'one', lostOutputs: [{ jobId: job.id, outputs: [job.output], isSure: true }] },
  ]);
  const { body } = await farm.send('GET', '/audit?action=reportLostOutput');
  expect(body).toMatchObject({
    entries: [
      {
        actor: { kind: 'worker', name: 'one' },
        jobId: job.id,
        after: { host: 'one', output: 'published', outputs: job.output },
      },
    ],
  });
  // The next sweep would come ten minutes after the last one.
  await waitFor(() => !existsSync(part), { withinMs: 60_000, what: 'the part to be removed' });
  expect(await worker.end()).toEqual({ code: 0, signal: null });
});

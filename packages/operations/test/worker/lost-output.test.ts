/*
 * A host reports an attempt whose job the database has lost. Its row and the audit log tell what
 * the attempt had put out.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { aFarm, aReport, aRunningJob, hostOf, restore } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const other = farm.workerOfFile('render-02');
it('a job that the database does not know is rejected', async () => {
  const report = aReport(worker, await aRunningJob(farm, { worker }), { output: 'none' });
  const seen = await farm.trace(() => restore(worker, { ...report, jobId: crypto.randomUUID() }));
  expect(seen).toMatchObject({
    result: { rejection: { code: 'unknownJob' } },
    audit: [],
    notifications: [],
  });
});

it('what an unknown job had put out is told once, on the host and in the audit log', async () => {
  const running = await aRunningJob(farm, { worker });
  const publications = [{ what: '/out/a.mov', state: 'published' }] as const;
  const known = aReport(worker, running, { publications });
  const report = { ...known, jobId: crypto.randomUUID(), attemptId: crypto.randomUUID() };
  const { jobId, attemptId } = report;
  const seen = await farm.trace(() => restore(worker, report));
  expect(seen).toMatchObject({
    result: { rejection: { code: 'unknownJob' } },
    audit: [
      {
        ...{ actorKind: 'worker', actor: worker.host, action: 'reportLostOutput', jobId },
        after: {
          host: worker.host,
          attempt: attemptId,
          output: 'published',
          outputs: '/out/a.mov',
        },
      },
    ],
    notifications: [],
  });
  const lost = { jobId, attemptId, outputs: ['/out/a.mov'], isSure: true };
  expect(await hostOf(farm, worker.host)).toMatchObject({
    lostOutputs: [{ ...lost, at: expect.any(String) }],
  });
  expect(await farm.trace(() => restore(worker, report))).toMatchObject({
    audit: [],
    notifications: [],
  });
  expect(await hostOf(farm, worker.host)).toMatchObject({ lostOutputs: [lost] });

  // After thirty days, the page of the host no longer shows it.
  await farm.sql`update render_hosts set lost_outputs =
    jsonb_set(lost_outputs, '{0,at}', '"2020-01-01T00:00:00.000Z"') where name = ${worker.host}`;
  expect(await hostOf(farm, worker.host)).toMatchObject({ lostOutputs: [] });
});

it('a host tells a lost output only when it has a row', async () => {
  const unregistered = { ...worker, host: 'render-99' };
  const report = { ...aReport(worker, await aRunningJob(farm, { worker })), jobId: randomUUID() };
  await expect(restore(unregistered, report)).rejects.toThrow(
    'host render-99 has no row to tell the output of job',
  );
});

it('one host gets at most 1,000 audit lines of lost outputs in a day', async () => {
  const { host } = other;
  for (let round = 0; round < 11; round += 1)
    await farm.sql`update render_hosts set lost_outputs = (
      select jsonb_agg(jsonb_build_object('jobId', gen_random_uuid(), 'outputs', '[]'::jsonb,
        'attemptId', gen_random_uuid(), 'isSure', true, 'at', '2026-03-01T12:00:00.000Z'))
      from generate_series(1, 100)) where name = ${host}`;
  const [row] = await farm.sql`select count(*)::int as lines from audit_log
    where actor = ${host} and action = 'reportLostOutput'`;
  expect(row).toEqual({ lines: 1000 });
});

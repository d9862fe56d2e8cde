/* The audit log over the wire: its seals, its filters and its export. */
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm, { trustProxy: '127.0.0.1' });

test('an action is sealed soon after, and a verification finds a changed entry', async () => {
  const { job } = await farm.submit('Sealed');
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await expect
    .poll(() => api.trpc('ada').verifyAudit.query({}))
    .toMatchObject({ verdict: 'sound', unsealed: { count: 0 } });
  const { entries } = await api
    .trpc('ada')
    .listAudit.query({ jobId: job.id, action: 'setPriority' });
  expect(entries[0]?.seal).toEqual({
    number: expect.stringMatching(/^\d+$/),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const { seal, id } = entries[0] ?? { seal: null, id: '' };
  const anchor = `${seal?.number}:${seal?.hash}`;
  expect(await api.trpc('ada').verifyAudit.query({ anchor, after: anchor })).toMatchObject({
    verdict: 'sound',
    next: null,
  });
  for (const place of ['7', '0:ab', `x:${seal?.hash}`, `${seal?.number}:${seal?.hash}0`])
    await expect(api.trpc('ada').verifyAudit.query({ after: place })).rejects.toThrow(
      'A place in the chain is what an earlier verification gave',
    );
  await farm.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set before = '{"priority": 70, "position": 1}' where id = ${id}`;
  });
  expect(await api.trpc('ada').verifyAudit.query({})).toMatchObject({
    verdict: 'broken',
    broken: {
      number: seal?.number,
      entryId: id,
      detail: 'The line, or its seal, is not what it was when it was sealed.',
    },
  });
  await farm.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`update audit_log set before = '{"priority": 50, "position": 1}' where id = ${id}`;
  });
});

test('the log is filtered by actor, action, outcome, job and time, bounds included', async () => {
  const { job } = await farm.submit('Filtered');
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await api.trpc('ada').setPriority.mutate({ id: job.id, priority: 70 });
  await api.send('vera', 'DELETE', `/api/jobs/${job.id}`);
  // REST and tRPC are compared when every entry has its seal.
  const unsealed = async () =>
    JSON.stringify((await api.send('ada', 'GET', `/api/audit?jobId=${job.id}`)).body).includes(
      '"seal":null',
    );
  await expect.poll(unsealed).toBe(false);
  const filtered = async (filter: object) => {
    const query = new URLSearchParams({ jobId: job.id, ...filter });
    const { body } = await api.send('ada', 'GET', `/api/audit?${query}`);
    const { entries } = await api.trpc('ada').listAudit.query({ jobId: job.id, ...filter });
    expect(body).toMatchObject({ entries, nextCursor: null });
    return entries.map(({ action, outcome, actor }) => [action, outcome, actor.name].join(' '));
  };
  const all = [
    'cancelJob refused vera-bot',
    'setPriority noop ada-bot',
    'setPriority done ada-bot',
    'submitJob done test',
  ];
  expect(await filtered({})).toEqual(all);
  expect(await filtered({ actor: 'ada-bot' })).toEqual(all.slice(1, 3));
  expect(await filtered({ action: 'cancelJob' })).toEqual(all.slice(0, 1));
  expect(await filtered({ outcome: 'noop' })).toEqual(all.slice(1, 2));
  const times = (await farm.sql`select at from audit_log where job_id = ${job.id} order by id`).map(
    ({ at }) => at.toISOString(),
  );
  expect(await filtered({ from: times[0], to: times[3] })).toEqual(all);
  expect(await filtered({ from: new Date(Date.parse(times[3]) + 1).toISOString() })).toEqual([]);
  expect(await filtered({ to: new Date(Date.parse(times[0]) - 1).toISOString() })).toEqual([]);
  expect(
    await filtered({
      actor: 'ada-bot',
      action: 'setPriority',
      outcome: 'done',
      from: times[0],
      to: times[3],
    }),
  ).toEqual(all.slice(2, 3));
});

test('the export has every matching entry, and no cell is a formula', async () => {
  const { job } = await farm.submit('Exported');
  await api
    .trpc('ada')
    .cancelJob.mutate({ id: job.id, reason: '=HYPERLINK("http://x")', waitMs: 0 });
  const { status, headers, body } = await api.send('ada', 'GET', `/api/audit.csv?jobId=${job.id}`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  const rows = String(body).trimEnd().split('\r\n');
  expect(rows).toHaveLength(3);
  expect(rows[1]).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(
    (await api.send('ada', 'GET', `/api/audit.csv?jobId=${job.id}&outcome=refused`)).body,
  ).toBe(`${rows[0]}\r\n`);
});

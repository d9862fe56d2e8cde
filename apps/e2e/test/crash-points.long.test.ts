/*
 * SIGKILL ends a daemon between two steps of an attempt. The next daemon of that host ends every
 * process and removes every folder of the attempt. Then the job is tried again. A job with a stop
 * request becomes CANCELLED and confirmed instead.
 *
 * prepare → [1] → scratch folder → spawn → [2] → "go" → watch → stop → clean [3] → [4] report
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cancelJob } from '@renderdeck/operations';
import { aSystemContext } from '@renderdeck/operations/testing';
import { isSameProcess } from '@renderdeck/render-host';
import { startUnrelatedProcess } from '@renderdeck/render-host/testing';
import { connect } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { holdWrite } from './hold-write.ts';
import { installHostileAerender } from './hostile-aerender.ts';

const FILES = 20_000;
const farm = farmOfFile();

test.each([
  ['it records the path of its scratch folder', 'scratch_path', false],
  ['it records the launcher that it started', 'tree', true],
] as const)(
  'killed while %s: this attempt renders nothing, and the next attempt completes the job',
  async (_, column, madeFolder) => {
    const held = await holdWrite(farm.database.url, column);
    const worker = await farm.startWorker();
    const job = await farm.submit();
    await held.untilHeld();
    const scratch = join(
      farm.scratchOf('one'),
      `attempt-${(await farm.readJob(job.id)).attempts[0]?.id}`,
    );
    expect(existsSync(scratch)).toBe(madeFolder);
    expect(
      (await farm.processes()).map(({ name }) => name).filter((name) => name !== 'node'),
    ).toEqual([]);
    await worker.kill();
    await held.lose();

    await farm.startWorker();
    const { attempts } = await farm.until(job.id, 'COMPLETED');
    expect(attempts).toMatchObject([
      { outcome: 'completed' },
      { outcome: 'lost', frame: null, confirmedAt: expect.any(Date) },
    ]);
    expect(existsSync(scratch)).toBe(false);
  },
);

test('killed while cleaning: the next daemon cleans up and confirms the cancel', async () => {
  const hostile = await installHostileAerender(join(farm.folders.assets, 'hostile'));
  const worker = await farm.startWorker('one', { RENDERDECK_AERENDER: hostile.aerender });
  await hostile.prepare({ command: 'perl', args: ['-e', manyFiles(FILES)] });
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  await hostile.untilReady();
  const trash = join(farm.scratchOf('one'), '.trash');
  await farm.cancel(job.id, '?waitMs=0');
  await waitFor(async () => (await readdir(trash)).length > 0, {
    everyMs: 1,
    what: 'the clean-up to begin',
  });
  await worker.kill();
  expect(await readdir(trash)).toHaveLength(1);
  const left = (await farm.files()).length;
  expect(left).toBeGreaterThan(FILES / 10);

  await farm.startWorker();
  const { view, attempts } = await farm.untilJob(
    job.id,
    'confirmed',
    ({ view }) => view.receipt?.outcome === 'cancelled',
  );
  expect(view.job).toMatchObject({ status: 'CANCELLED', attempts: 1 });
  expect(attempts).toMatchObject([
    { removalReport: { leftovers: [], goneAt: expect.any(String) }, confirmedAt: expect.any(Date) },
  ]);
  // `left` counts folders too, but the report counts only files.
  expect(attempts[0]?.removalReport?.files).toBeGreaterThan(left / 2);
  expect(await readdir(trash)).toEqual([]);
});

test('killed before the report: the next daemon confirms the cancel', async () => {
  const held = await holdWrite(farm.database.url, 'stop_report');
  const worker = await farm.startWorker();
  const job = await farm.submit({ project: { ...SLOW, misbehave: 'escapes' } });
  await farm.untilPhase(job.id, 'rendering');
  await farm.cancel(job.id, '?waitMs=0');
  await held.untilHeld();
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
  await worker.kill();
  await held.lose();
  expect((await farm.readJob(job.id)).view.receipt?.outcome).not.toBe('cancelled');

  await farm.startWorker();
  const { view } = await farm.untilJob(
    job.id,
    'confirmed',
    (found) => found.view.receipt?.outcome === 'cancelled',
  );
  expect(view).toMatchObject({
    job: { status: 'CANCELLED', attempts: 1 },
    receipt: { survivors: [], output: 'none' },
  });
});

test('killed while rendering: the next daemon cleans up and signals no reused pid', async () => {
  const worker = await farm.startWorker();
  const job = await farm.submit({ held: true, project: { misbehave: 'ignores-term' } });
  const attempt = await farm.untilPhase(job.id, 'rendering');
  await worker.kill();
  await farm.untilNoProcess();
  expect(existsSync(attempt.scratchPath ?? '')).toBe(true);
  await job.release();
  const unrelated = await startUnrelatedProcess({}, 'nexrender');
  const pid = JSON.stringify(unrelated.identity.pid);
  await farm.sql`
    UPDATE attempts SET tree = jsonb_set(tree, '{root,pid}', ${pid}::text::jsonb)
    WHERE id = ${attempt.id}`;
  const [stored] =
    await farm.sql`SELECT tree->'root'->'pid' AS pid FROM attempts WHERE id = ${attempt.id}`;
  expect(stored).toEqual({ pid: unrelated.identity.pid });

  await farm.startWorker();
  const { attempts } = await farm.until(job.id, 'COMPLETED');
  expect(attempts).toMatchObject([
    { number: 2, outcome: 'completed' },
    { id: attempt.id, outcome: 'lost', confirmedAt: expect.any(Date) },
  ]);
  expect(existsSync(attempt.scratchPath ?? '')).toBe(false);
  expect(existsSync(job.output)).toBe(true);
  expect(await isSameProcess(unrelated.identity)).toBe(true);
  await unrelated.end();
});

/** A Perl program that fills the temporary folder of its render with files. */
function manyFiles(count: number): string {
  return `
for my $n (1 .. ${count}) {
  my $folder = "$ENV{TMPDIR}/d" . int($n / 500);
  mkdir $folder;
  open my $f, ">", "$folder/$n" or die;
}
$| = 1;
print "ready\\n";
sleep 1000`;
}

test('a stop request without its notification arrives at the next lease renewal', async () => {
  await farm.startWorker('one', { RENDERDECK_LEASE_MS: '600000' });
  const job = await farm.submit({ project: SLOW });
  await farm.untilPhase(job.id, 'rendering');
  const received: string[] = [];
  const [{ worker_id: workerId } = { worker_id: '' }] =
    await farm.sql`SELECT worker_id FROM attempts WHERE job_id = ${job.id}`;
  await farm.sql.listen(
    `renderdeck_worker_${workerId.replaceAll('-', '')}`,
    (payload) => void received.push(payload),
  );

  // On this connection pg_notify is a function that sends no notification.
  await farm.sql.unsafe(`
    CREATE SCHEMA muted;
    CREATE FUNCTION muted.pg_notify(text, text) RETURNS void
      LANGUAGE sql AS $$ SELECT NULL::void $$`);
  const muted = connect(`${farm.database.url}?search_path=muted,pg_catalog,public`);
  expect(await cancelJob(aSystemContext(muted.db), { id: job.id, reason: null })).toMatchObject({
    ok: true,
  });
  // The worker renews its lease every five seconds, long before a third of the lease is over.
  await farm.untilJob(
    job.id,
    'received by the host',
    ({ view }) => view.receipt?.deliveredAt !== null,
    100_000,
  );
  await farm.until(job.id, 'CANCELLED');
  expect(received).toEqual([]);
  await Promise.all([muted.close(), farm.sql.end()]);
});

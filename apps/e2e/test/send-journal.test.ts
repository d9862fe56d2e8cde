/*
 * A worker sends the reports of its journal one by one. A report that fails does not stop the
 * others, but the host takes no job before it is sent, and says so. If the database refuses the
 * report itself, no job waits for it.
 */
import { randomUUID } from 'node:crypto';
import type { AttemptReport } from '@renderdeck/domain';
import { findJobView, listHostViews, readIncarnation } from '@renderdeck/operations';
import { aFarm, aQueuedJob, reports } from '@renderdeck/operations/testing';
import { folderOfFile } from '@renderdeck/testing';
import {
  HostHealth,
  Journal,
  journalLoop,
  RunningAttempts,
  sendJournal,
} from '@renderdeck/worker/testing';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';

const farm = aFarm();
const folder = folderOfFile('send-journal');

/** Lets the database answer each write to this attempt with an error of this SQLSTATE. */
const refuse = (attemptId: string, sqlState: string) =>
  farm.sql.unsafe(`
    create or replace function refuse() returns trigger language plpgsql
      as $$ begin raise 'refused' using errcode = '${sqlState}'; end $$;
    create or replace trigger refuse before insert or update on attempts for each row
      when (new.id = '${attemptId}') execute function refuse()`);

it('a report that cannot be saved is logged and kept, later ones are sent', async () => {
  const lines: { msg?: string }[] = [];
  const log = pino({ level: 'error' }, { write: (line) => lines.push(JSON.parse(line)) });
  const context = await farm.worker();
  const journal = await Journal.open(folder.path, log);
  const worker = { context, journal, log, attempts: new RunningAttempts(), farm: { hosts: 1 } };
  const { host, identity, workerId } = context;
  const jobs = [await aQueuedJob(farm), await aQueuedJob(farm)].map(({ job }) => job.id);
  const ids = jobs.map(() => randomUUID());
  for (const [at, jobId] of jobs.entries()) {
    const report: AttemptReport = {
      ...{ jobId, attemptId: ids[at] ?? '', number: 1, host, identity, workerId },
      ...{ treeMarker: 'marker', end: { kind: 'completed' }, output: 'published' },
      ...{
        publications: null,
        signalled: false,
        stopReport: reports().stopReport,
        removalReport: null,
      },
      ...{ ranMs: 10, deadAt: new Date().toISOString() },
    };
    await journal.save(report);
  }
  const [refused = '', next = ''] = ids;
  await refuse(refused, '53100');
  const statuses = () =>
    Promise.all(jobs.map(async (id) => (await findJobView(farm.db, id))?.job.status));
  /** True if cancels no longer wait for the journal of this host. */
  const isWhole = async () => (await listHostViews(farm.db))[0]?.journalSentTo !== null;
  expect(await sendJournal(worker)).toBe(1);
  expect(await statuses()).toEqual(['QUEUED', 'COMPLETED']);
  expect(lines).toMatchObject([{ attempt: refused, job: jobs[0] }]);
  expect([refused, next].map((id) => journal.hasUnsent(id, journal.incarnation ?? ''))).toEqual([
    true,
    false,
  ]);
  expect(await isWhole()).toBe(false);
  expect(journal.sentTo).toBeNull();

  const health = new HostHealth(null, { problem: null });
  const hooks = { onOtherDatabase: vi.fn(), onSent: vi.fn() };
  const loop = journalLoop(worker, health, hooks, { everyMs: 20, problemAfterMs: 200 });
  const wait = { timeout: 60_000 };
  await expect.poll(() => health.problem, wait).toContain('A report of this host is not in the');
  const isUnsent = ({ msg }: { msg?: string }) => msg?.startsWith('the journal of this host is');
  expect(lines.filter(isUnsent).length).toBe(1);
  expect(hooks.onSent).not.toHaveBeenCalled();

  await refuse(refused, '23514');
  await expect.poll(() => health.problem, wait).toBeNull();
  await expect.poll(() => hooks.onSent.mock.calls.length, wait).toBe(1);
  expect(await isWhole()).toBe(false);

  await farm.sql`drop trigger refuse on attempts`;
  await expect.poll(isWhole, wait).toBe(true);
  await loop.stop();
  expect(await statuses()).toEqual(['COMPLETED', 'COMPLETED']);
  expect(journal.sentTo).toBe(await readIncarnation(farm.db));
  expect(lines.filter(isUnsent).length).toBe(1);
});

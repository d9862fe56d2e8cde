/*
 * A host with a login of its own writes its own rows, but nothing that makes a list of jobs or
 * hosts unreadable for other readers.
 */
import { beforeAll, expect, it } from 'vitest';
import { recordPictures } from '../../src/index.ts';
import { aFarm, aRunningJob, expectDone, finish, type RunningJob } from '../../testing/index.ts';

const farm = aFarm();
const own = farm.hostOfFile('ae-01');
let job: RunningJob;
beforeAll(async () => {
  job = await aRunningJob(farm, { worker: own.worker });
});

it.each([
  `update attempts set stop_report = '{"processes": 5}'`,
  `update attempts set stop_report = '{"processes": [{"pid": 1, "name": "x", "parentPid": 1,
    "startedAt": "2026-13-01T00:00:00Z", "endedBy": null, "endedAt": null}], "proof": null,
    "survivors": [], "timeToDeadMs": null}'`,
  `update attempts set removal_report = '{"files": 1e400}'`,
  `update attempts set usage = '[{"at": "now"}]'`,
  `update attempts set parts = '{}'`,
  "update attempts set progress = 'NaN'",
  "update attempts set confirmed_at = 'infinity'",
  `update render_hosts set checks = '["x"]' where name = 'ae-01'`,
  `update render_hosts set preparation = '{"at": "now", "findings": []}'`,
  `update render_hosts set kill_test = '{"at": "2026-03-01T12:00:00.000Z", "findings": [
    {"name": "daemon", "state": "fine", "sentence": "?"}]}'`,
  "update render_hosts set last_heard_at = '200000-01-01' where name = 'ae-01'",
  `update jobs set warnings = '{}', version = version + 1 where id = '{job}'`,
  "update jobs set lease_expires_at = null, version = version + 1 where id = '{job}'",
  `insert into attempt_log values ('{attempt}', 7, now(), 'other', '[]')`,
  `insert into attempt_log values ('{attempt}', 7, now(), 'aerender', '[1]')`,
  `insert into attempt_log values ('{attempt}', 7, 'infinity', 'aerender', '[]')`,
])('%s is refused', async (statement) => {
  const sent = statement.replaceAll('{job}', job.id).replaceAll('{attempt}', job.attemptId);
  await expect(own.sql.unsafe(sent)).rejects.toMatchObject({ code: 'RDHL1' });
});

it.each([
  'webhooks',
  'webhook_secrets',
  'webhook_deliveries',
  'webhook_tries',
  'job_callbacks',
  'receipts',
  'users',
  'sessions',
  'api_tokens',
  'audit_log',
])('a host reads nothing of %s', async (table) => {
  await expect(own.sql`select from ${own.sql(table)}`).rejects.toMatchObject({ code: '42501' });
});

it.each([
  `update attempts set stop_report = '{"processes": [{"pid": 1, "name": "x", "parentPid": 1,
    "startedAt": "2026-03-01T12:00:00.000Z", "endedBy": "SIGTERM", "endedAt": null}],
    "proof": null, "survivors": [{"pid": 1, "name": "x", "state": "D"}], "timeToDeadMs": 7.5}'`,
  `insert into attempt_log values ('{attempt}', 8, now(), 'nexrender', '["a line"]')`,
  `update render_hosts set checks = '[{"name": "disk", "ok": null, "sentence": "?"}]'`,
  `update render_hosts set preparation = '{"at": "2026-03-01T12:00:00.000Z", "findings": [
    {"name": "disk", "state": "todo", "sentence": "?"}]}', kill_test = null`,
])('%s is done', async (statement) => {
  await own.sql.unsafe(statement.replaceAll('{attempt}', job.attemptId));
});

const A_PICTURE = {
  ...{ number: 1, frame: 12, moment: null, width: 320, height: 180 },
  ...{ picture: 'UklGRg==', small: 'UklGRg==' },
};

it('a login writes a picture only while it holds the job', async () => {
  const picturing = await aRunningJob(farm, { worker: own.worker });
  const { attemptId } = picturing;
  expectDone(await recordPictures(own.worker, { attemptId, pictures: [A_PICTURE] }));
  const insert = (slot: number) =>
    own.sql`insert into job_pictures (attempt_id, slot, number, picture, small)
      values (${attemptId}, ${slot}, ${slot}, 'x', 'x')`.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  expect(await insert(5)).toBe('done');
  expect(await insert(6)).toBe('23514');
  expectDone(await finish(picturing));
  expect(await insert(4)).toBe('42501');
  const late = await recordPictures(own.worker, { attemptId, pictures: [A_PICTURE] });
  expect(late).toMatchObject({ ok: false, rejection: { code: 'lostAttempt' } });
});

/*
 * A host with a login of its own corrects the warnings about its own attempt when it has found what
 * the attempt had put out, even while another host holds the job. It takes back no other warning.
 */
import { expect, it } from 'vitest';
import { findJobView, recordPublished } from '../../src/index.ts';
import {
  aFarm,
  aPublishingJob,
  attemptOf,
  claimAgain,
  expectDone,
  prove,
  publishedBy,
  recoverExpired,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const own = farm.hostOfFile('ae-01');
const other = farm.hostOfFile('ae-02');
const jobOf = async (id: string) => (await findJobView(farm.db, id))?.job;

/** The first host lost its job while it published; the second host has it now. */
async function twoAttempts() {
  const first = await aPublishingJob(farm, { worker: own.worker, leaseMs: 0 });
  await recoverExpired(farm);
  const second = await claimAgain(farm, first.id, { worker: other.worker });
  return { first, second };
}
const MAYBE = 'Attempt 1 on ae-01 ended while it published: its output may be out.';

it('a host that found nothing takes its own warning back', async () => {
  const { first } = await twoAttempts();
  expect(await jobOf(first.id)).toMatchObject({ output: 'maybe', warnings: [MAYBE] });
  const found = { ...reports(), publications: [] };
  expectDone(await prove(first, found, own.worker));
  expect(await jobOf(first.id)).toMatchObject({ output: 'none', warnings: [] });
});

it('a host takes back no warning about an attempt of another host', async () => {
  const { first, second } = await twoAttempts();
  expectDone(await recordPublished(other.worker, publishedBy(attemptOf(second))));
  const mixed = `array_to_json(array['${MAYBE}', 'Attempt 2 on ae-02 is odd.', 'A folder.'])`;
  await farm.sql.unsafe(`update jobs set warnings = ${mixed}::jsonb where id = '${first.id}'`);
  const leave = (...kept: readonly string[]) =>
    own.sql
      .unsafe(
        `with job as (update jobs set warnings = $1::text::jsonb, version = version + 1
           where id = '${first.id}' returning *)
         insert into job_changes (job_id, version, event, status_before, status_after, actor)
         select id, version, 'restore', status, status, 'ae-01' from job`,
        [JSON.stringify(kept)],
      )
      .then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
  expect(await leave(MAYBE, 'A folder.')).toBe('RDHL1');
  expect(await leave(MAYBE, 'Attempt 2 on ae-02 is odd.')).toBe('RDHL1');
  expect(await leave('Attempt 2 on ae-02 is odd.', 'A folder.')).toBe('done');
});

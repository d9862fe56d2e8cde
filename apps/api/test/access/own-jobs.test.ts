/*
 * A job is of the user or token that submitted it, not of a name. The owner of the database gives
 * here a token the name of a user, which the API refuses: earlier versions allowed it.
 */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { openFarm, PASSWORD, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

const SECRET = 'hunter2-of-sam';
const ORDER = {
  template: { src: `https://render:${SECRET}@files.example/intro.aep`, composition: 'main' },
};
let farm: TestFarm;
let api: TestApi;
beforeEach(async () => {
  await farm?.close();
  farm = await openFarm();
  api = await farm.serve();
});
afterAll(() => farm.close());

const as = (cookie: string) => ({ cookie });
async function signIn(username: string): Promise<{ cookie: string }> {
  const answer = await api.send(null, 'POST', '/api/session', { username, password: PASSWORD });
  expect(answer.status).toBe(200);
  return as((answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '');
}
/** A token whose name is the one of a user. */
async function tokenNamed(name: string): Promise<{ authorization: string }> {
  const made = await api.trpc('ada').createToken.mutate({ name: 'a-script', role: 'submitter' });
  await farm.sql`update api_tokens set name = ${name} where name = 'a-script'`;
  return { authorization: `Bearer ${made.secret}` };
}
async function submitAs(who: Record<string, string>): Promise<string> {
  const { headers } = await api.send(null, 'POST', '/api/jobs', { job: ORDER }, who);
  return headers.get('location')?.split('/').at(-1) ?? '';
}
const runAgain = async (id: string, who: Record<string, string>) =>
  await api.send(null, 'POST', `/api/jobs/${id}/resubmit`, undefined, who);
const REFUSED = { status: 403, body: { code: 'not_your_job' } };

test('a user made again under the name gets no job and no audit line of before', async () => {
  const sam = await signIn('sam');
  const id = await submitAs(sam);
  const own = async (who: Record<string, string>) => {
    const { body } = await api.send(null, 'GET', '/api/audit', undefined, who);
    return JSON.stringify(body);
  };
  expect(await own(sam)).toContain(id);
  await farm.sql`delete from users where name = 'sam'`;
  await api.trpc('ada').createUser.mutate({ name: 'sam', role: 'submitter', password: PASSWORD });
  const later = await signIn('sam');
  expect(await own(later)).not.toContain(id);
  expect(await own(later)).toContain('"action":"login"');
  expect(await runAgain(id, later)).toMatchObject(REFUSED);
  const token = await tokenNamed('SAM');
  expect(await own(token)).not.toContain('"action":"login"');
});

test('a user that was renamed keeps its jobs', async () => {
  const id = await submitAs(await signIn('sam'));
  await farm.sql`update users set name = 'samuel' where name = 'sam'`;
  expect(await runAgain(id, await signIn('samuel'))).toMatchObject({ status: 201 });
});

test('a job of which only the name is known is run again by admins alone', async () => {
  const sam = await signIn('sam');
  const id = await submitAs(sam);
  await farm.sql`delete from job_submitters`;
  expect(await runAgain(id, sam)).toMatchObject({
    ...REFUSED,
    body: { detail: expect.stringContaining('Of this job only the name sam is known') },
  });
  const again = await runAgain(id, await signIn('ada'));
  expect(again).toMatchObject({ status: 201, body: { job: { submittedBy: 'ada' } } });
});

/* What the command line does when the API has done a change and its answer is lost. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { loseAnswers } from './lose-answers.ts';
import { ADMIN, JOB, serveApi } from './serve-api.ts';

const api = serveApi(beforeEach);

/** The environment of a command line that gets no first answers to these procedures. */
async function losing(to: readonly string[], count: number) {
  const losing = await loseAnswers(api.url, { to, count });
  onTestFinished(losing.close);
  return { ...ADMIN, RENDERDECK_URL: losing.url };
}
async function listJobs(): Promise<{ id: string; priority: number; rerunOf: string | null }[]> {
  return JSON.parse((await api.ctl(['jobs', 'list', '--json'])).stdout).jobs;
}

test('a submit whose answer is lost is sent again, and the job is queued once', async () => {
  const env = await losing(['submitJob'], 1);
  const run = await api.ctl(['jobs', 'submit', '-', '--name', 'Intro'], { env, stdin: JOB });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const [job, ...others] = await listJobs();
  expect(run.stdout).toContain(`Submitted Intro as ${job?.id}: position 1`);
  expect(others).toEqual([]);
});

test('a submit without any answer names the key with which it is queued once', async () => {
  const env = await losing(['submitJob', 'logout'], 3);
  const { exitCode, stderr } = await api.ctl(['jobs', 'submit', '-'], { env, stdin: JOB });
  expect(exitCode).toBe(1);
  const said = /^ctl: outcome_unknown: The job may be queued; .* --idempotency-key (\S+), /;
  expect(stderr).toMatch(said);
  const [, key = ''] = said.exec(stderr) ?? [];
  const again = await api.ctl(['jobs', 'submit', '-', '--idempotency-key', key], { stdin: JOB });
  const [job, ...others] = await listJobs();
  expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`as ${job?.id}:`) });
  expect(others).toEqual([]);
});

test('a job that is run again is queued once, even if the answer is lost', async () => {
  const id = await api.submit();
  const env = await losing(['resubmitJob'], 1);
  expect(await api.ctl(['jobs', 'resubmit', id], { env })).toMatchObject({ exitCode: 0 });
  const reruns = (await listJobs()).filter(({ rerunOf }) => rerunOf === id);
  expect(reruns).toHaveLength(1);
});

test('without an answer to another change, ctl does not ask for a repetition', async () => {
  const id = await api.submit();
  const env = await losing(['setPriority'], 1);
  const { exitCode, stderr } = await api.ctl(['jobs', 'priority', id, '80'], { env });
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/^ctl: unreachable: .*; the command may have changed something/),
  ]);
  expect(await listJobs()).toMatchObject([{ id, priority: 80 }]);
});

test('for a submit that reached no server, ctl does not say that a job may be queued', async () => {
  const gone = await loseAnswers(api.url, { to: [], count: 0 });
  await gone.close();
  for (const url of ['http://127.0.0.1:1', gone.url]) {
    const env = { RENDERDECK_TOKEN: 'x', RENDERDECK_URL: url };
    const { stderr } = await api.ctl(['jobs', 'submit', '-'], { env, stdin: JOB });
    expect(stderr).toMatch(/^ctl: unreachable: No answer from .*; start Renderdeck there/);
  }
});

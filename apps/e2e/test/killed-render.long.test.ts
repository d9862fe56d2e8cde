/*
 * The system, or a program outside of the farm, ends a program of a render. The first time this is
 * not the job's fault, and another host renders the job. If it happens on a second host, the job
 * fails.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installStandIn } from '@renderdeck/aerender-stand-in';
import { openMemoryGroup, whyNoMemoryGroup } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';

const farm = farmOfFile();
let made = 0;

/** Starts a worker with a new name. */
const startHost = (env = {}, within: readonly string[] = []) => {
  made += 1;
  return farm.startWorker(`host-${made}`, env, within);
};

/** Kills this program of the attempt that renders the job, as the system or a person might. */
async function killProgram(id: string, name: string, signal: NodeJS.Signals): Promise<void> {
  await farm.untilProgress(id, 20);
  const { attempts } = await farm.readJob(id);
  const pid = await waitFor(
    async () => {
      const found = await farm.processes(attempts[0]?.id);
      const program = found.find((one) => one.name === name);
      if (program === undefined) throw new Error(found.map((one) => one.name).join());
      return program.pid;
    },
    { what: `a program named ${name}`, withinMs: 60_000 },
  );
  process.kill(pid, signal);
}

const untilGivenBack = (id: string) =>
  farm.untilJob(
    id,
    'given back',
    ({ view }) => view.job.status === 'QUEUED' && view.keptOff !== null && view.keptOff.length > 0,
  );

test.each([
  ['aerender', 'SIGKILL', 'aerender'],
  ['aerender', 'SIGTERM', 'aerender'],
  ['nexrender', 'SIGKILL', 'The process of nexrender'],
] as const)(
  'a job whose %s got %s from outside is rendered by another host',
  async (name, signal, subject) => {
    const first = await startHost();
    const job = await farm.submit({ held: true });
    await killProgram(job.id, name, signal);
    const { view, attempts } = await untilGivenBack(job.id);
    expect(attempts).toMatchObject([{ outcome: 'hostFailed', host: first.name }]);
    expect(view.job).toMatchObject({
      ...{ attempts: 1, maxAttempts: 4 },
      failure:
        `Attempt 1 was given back by ${first.name}: ${subject} was ended by another program ` +
        `or by the system (${signal}).`,
      warnings: [`Attempt 1 was ended by the system or by another program on ${first.name}.`],
    });
    expect(view.keptOff).toEqual([{ host: first.name, times: 1, why: view.job.failure }]);

    // The host itself goes on taking other jobs.
    const other = await farm.submit();
    expect((await farm.until(other.id, 'COMPLETED')).view.host).toBe(first.name);
    await job.release();
    const second = await startHost();
    expect((await farm.until(job.id, 'COMPLETED')).view.host).toBe(second.name);
    await Promise.all([first.end(), second.end()]);
  },
);

test('a job whose render was killed on two hosts fails and says on which hosts', async () => {
  const first = await startHost();
  const job = await farm.submit({ held: true });
  await killProgram(job.id, 'aerender', 'SIGKILL');
  await untilGivenBack(job.id);
  const second = await startHost();
  await farm.untilJob(job.id, 'rendered again', ({ view }) => view.job.attempts === 2);
  await killProgram(job.id, 'nexrender', 'SIGKILL');
  const { view, attempts } = await farm.until(job.id, 'FAILED');
  expect(view.job.failure).toBe(
    'The process of nexrender was ended by another program or by the system (SIGKILL). ' +
      'It has happened before: Attempt 1 was ended by the system or by another program on ' +
      `${first.name}. The job is not tried again.`,
  );
  expect(attempts).toMatchObject([
    { outcome: 'failed', host: second.name },
    { outcome: 'hostFailed', host: first.name },
  ]);
  await Promise.all([first.end(), second.end()]);
});

test('an aerender that crashes fails the render on the first host', async () => {
  await startHost();
  const job = await farm.submit({ held: true });
  await killProgram(job.id, 'aerender', 'SIGSEGV');
  expect((await farm.until(job.id, 'FAILED')).view.job).toMatchObject({
    ...{ failure: 'aerender crashed (SIGSEGV); its last lines are in the log.', warnings: [] },
  });
});

test.skipIf(process.platform !== 'linux')(
  'the kernel ends each program of a render before the worker, when memory is short',
  async () => {
    const host = await startHost();
    const job = await farm.submit({ held: true });
    await farm.untilProgress(job.id, 20);
    const { attempts } = await farm.readJob(job.id);
    const programs = await farm.processes(attempts[0]?.id);
    const bonus = (pid: number) => readFile(`/proc/${pid}/oom_score_adj`, 'utf8').then(Number);
    const ofWorker = await bonus(host.pid);
    for (const name of ['nexrender', 'aerender']) {
      const program = programs.find((one) => one.name === name);
      expect(await bonus(program?.pid ?? 0), name).toBeGreaterThanOrEqual(ofWorker + 300);
    }
    await job.release();
    await farm.until(job.id, 'COMPLETED');
    await host.end();
  },
);

const LIMIT_BYTES = 700 * 2 ** 20;
/** Uses more and more memory, until the kernel ends it as the largest program of its cgroup. */
const HOG = 'for (const held = []; ; ) held.push(Buffer.alloc(2 ** 24, 1));';
const BELOW = `require('node:child_process').spawnSync(process.execPath, ['-e', '${HOG}']);
  process.exit(1);`;

const SECOND =
  'The process of nexrender was ended by the system, most likely out of memory (SIGKILL).';

/** Makes an aerender that runs this code instead of a render. */
async function aerenderThatRuns(code: string): Promise<string> {
  made += 1;
  const { aerender } = await installStandIn(join(farm.folders.assets, `ae-${made}`));
  const standIn = await readFile(aerender, 'utf8');
  const [shebang = ''] = standIn.split('\n');
  const instead = `${shebang}\nif (process.argv.includes('-project')) { ${code} }`;
  await writeFile(aerender, standIn.replace(shebang, instead));
  return aerender;
}

const why = whyNoMemoryGroup();
test.skipIf(why !== '').each([
  ['aerender', HOG, 'aerender was ended by the system, most likely out of memory (SIGKILL).'],
  [
    'program below aerender',
    BELOW,
    'A program of the render was ended by the system, most likely out of memory. ' +
      'aerender ended with exit code 1 and named no error; its last lines are in the log.',
  ],
])(`a render whose %s ran out of memory says so${why}`, async (_, code, reason) => {
  const group = openMemoryGroup(LIMIT_BYTES);
  const aerender = await aerenderThatRuns(code);
  const small = await startHost({ RENDERDECK_AERENDER: aerender }, group.within);
  try {
    const job = await farm.submit();
    const { view } = await untilGivenBack(job.id);
    // The kernel may end a second program before the first one has freed its memory.
    expect([reason, SECOND].map((end) => `Attempt 1 was given back by ${small.name}: ${end}`)) //
      .toContain(view.job.failure);
    const large = await startHost();
    expect((await farm.until(job.id, 'COMPLETED')).view.host).toBe(large.name);
    await large.end();
  } finally {
    await small.end();
    await group.remove();
  }
});

/*
 * Renders that run as a separate user (RENDERDECK_RENDER_USER). A script in a render tries to read
 * and to kill things that belong to the worker or to other attempts, and writes its results to a
 * file. The same script, run as the worker's user, succeeds. That shows that the attack is real.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { isSameProcess, readIdentity } from '@renderdeck/render-host';
import { findOtherUser, readProcFile } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, describe, expect, test } from 'vitest';
import { farmOfFile, SLOW } from './farm/farm-of-file.ts';
import { giveToUser } from './farm/give-to-user.ts';
import { installHostileAerender } from './hostile-aerender.ts';

const { user, leftOut } = await findOtherUser();

const farm = farmOfFile({ RENDERDECK_STOP_GRACE_MS: '300' });
let hostile: Awaited<ReturnType<typeof installHostileAerender>>;

describe.skipIf(user === null)(`renders as another user${leftOut}`, () => {
  beforeAll(async () => {
    hostile = await installHostileAerender(join(farm.folders.assets, 'hostile'));
    await hostile.prepare({ command: 'true', args: [] });
    if (user !== null) giveToUser(farm.folders, user);
  });

  test('a script reaches neither the worker nor another attempt', async () => {
    const got = await runAttack('one', { RENDERDECK_RENDER_USER: 'nobody' });
    const denied = expect.stringMatching(/Permission denied/);
    expect(got).toEqual({
      environment: denied,
      memory: denied,
      journal: denied,
      hostId: denied,
      lock: denied,
      names: denied,
      otherFiles: denied,
      otherMarker: denied,
      otherWrite: denied,
      otherEnvironment: denied,
      otherFolder: denied,
      signal: expect.stringMatching(/not permitted/),
      own: expect.stringMatching(/^done\nHOME=.*\nUSER=nobody$/),
    });
  });

  test('without a render user, the same script reaches all of them', async () => {
    const got = await runAttack('two', {});
    expect(got).toMatchObject({
      environment: expect.stringMatching(/^DATABASE_URL=postgres/m),
      journal: expect.stringMatching(/\.json\n[^{]*\{"savedAt"/),
      hostId: expect.stringMatching(/"hostId"/),
      names: expect.stringMatching(/attempt-/),
      otherFiles: expect.stringMatching(/./),
      otherWrite: 'done',
      otherEnvironment: expect.stringMatching(/RENDERDECK_TREE_MARKER=/),
      signal: 'done',
    });
  });

  test('an output belongs to the user; the API says which user it is', async () => {
    await farm.startWorker('three', { RENDERDECK_RENDER_USER: 'nobody' });
    const job = await farm.submit();
    await farm.until(job.id, 'COMPLETED');
    const { uid, gid } = statSync(job.output);
    expect({ uid, gid }).toEqual({ uid: user?.uid, gid: user?.gid });
    expect(await farm.untilHost('three', 'known', () => true)).toMatchObject({
      renderUser: 'nobody',
      problem: null,
    });
    expect(await farm.files('three')).toEqual([]);
  });

  test('a cancel ends the tree with a proof and removes its files', async () => {
    await farm.startWorker('four', { RENDERDECK_RENDER_USER: 'nobody' });
    const job = await farm.submit({ project: { ...SLOW, misbehave: ['ignores-term', 'escapes'] } });
    await farm.untilPhase(job.id, 'rendering');
    const tree = await farm.processes();
    expect(tree.length).toBeGreaterThan(2);
    for (const { pid } of tree)
      expect(readProcFile(`/proc/${pid}/status`) ?? '').toMatch(`\nUid:\t${user?.uid}\t`);
    const { receipt } = await farm.cancel(job.id, '?waitMs=30000');
    expect(receipt).toMatchObject({ outcome: 'cancelled', survivors: [], output: 'none' });
    expect(receipt.processes.length).toBeGreaterThanOrEqual(tree.length);
    expect(await farm.processes()).toEqual([]);
    expect(await farm.files('four')).toEqual([]);
  });

  test('killed during a cancel: the next daemon ends, proves and cleans', async () => {
    const settings = { RENDERDECK_RENDER_USER: 'nobody', RENDERDECK_STOP_GRACE_MS: '600000' };
    const worker = await farm.startWorker('five', settings);
    const job = await farm.submit({ project: { ...SLOW, misbehave: ['ignores-term', 'escapes'] } });
    await farm.untilPhase(job.id, 'rendering');
    await farm.cancel(job.id, '?waitMs=0');
    await farm.untilJob(job.id, 'received', ({ view }) => view.receipt?.deliveredAt !== null);
    await worker.kill();
    await farm.endLease('five');
    await farm.until(job.id, 'CANCELLED');
    await farm.startWorker('five', settings);
    await farm.untilJob(job.id, 'confirmed', ({ view }) => view.receipt?.outcome === 'cancelled');
    expect(await farm.processes()).toEqual([]);
    expect(await farm.files('five')).toEqual([]);
  });

  test('a worker that is not root does not start, and says why', async () => {
    const settings = {
      RENDERDECK_RENDER_USER: 'nobody',
      RENDERDECK_SCRATCH_ROOT: join(farm.folders.output, 'scratch'),
      TMPDIR: farm.folders.output,
    };
    const within = ['setpriv', '--reuid=nobody', '--clear-groups', '--'];
    const said = await farm.startWorker('seven', settings, within).then(() => 'ready', String);
    expect(said).toContain(
      'RENDERDECK_RENDER_USER=nobody: only a worker that runs as root can start renders as ' +
        `another user; this one is user ${user?.uid}.`,
    );
  });

  test('a host takes no job while the user may change code that the worker loads', async () => {
    const settings = { RENDERDECK_RENDER_USER: 'nobody', TMPDIR: farm.folders.output };
    await farm.startWorker('eight', settings);
    const { problem } = await farm.untilHost('eight', 'known', (host) => host.problem !== null);
    expect(problem).toMatch(/nobody may write into .*, from which the worker loads code.*TMPDIR/);
  });

  test('a host says what the user cannot reach, and renders once it can', async () => {
    await chmod(farm.folders.output, 0o700);
    const root = { RENDERDECK_OUTPUT_ROOTS: join(farm.folders.output, '..') };
    await farm.startWorker('six', { RENDERDECK_RENDER_USER: 'nobody', ...root });
    const job = await farm.submit();
    const host = await farm.untilHost('six', 'in a problem', ({ problem }) => problem !== null);
    expect(host.problem).toMatch(/nobody may not write into the output root .*No job is taken/);
    expect((await farm.readJob(job.id)).view.job.status).toBe('QUEUED');
    await chmod(join(farm.folders.output, '..'), 0o1777); // sticky: root's files stay
    await farm.until(job.id, 'COMPLETED');
    await chmod(join(farm.folders.output, '..'), 0o711);
  });
});

test.each([
  ['no-such-user', 'this host has no such user'],
  ['root', 'this user is root'],
])('the user %s: the worker does not start, and says why', async (name, why) => {
  const said = await farm
    .startWorker('one', { RENDERDECK_RENDER_USER: name })
    .then(() => 'it is ready', String);
  expect(said).toContain(`renderdeck worker: RENDERDECK_RENDER_USER=${name}: `);
  expect(said).toContain(process.getuid?.() === 0 ? why : 'a worker that runs as root');
});

/**
 * Starts a worker with two renders. The second one runs the script. Returns what the script got.
 */
async function runAttack(name: string, env: Record<string, string>) {
  const worker = await farm.startWorker(name, {
    RENDERDECK_SLOTS: '2',
    RENDERDECK_AERENDER: hostile.aerender,
    ...env,
  });
  await hostile.prepare({ command: 'true', args: [] });
  const ended = await farm.submit();
  await farm.until(ended.id, 'COMPLETED');
  const journal = join(farm.scratchOf(name), '.host', 'journal');
  await waitFor(() => readdirSync(journal).length > 0, { what: 'the journal to have a report' });

  const other = await farm.submit({ project: SLOW });
  const attempt = await farm.untilPhase(other.id, 'rendering');
  const [first] = await farm.processes(attempt.id);
  if (first === undefined || attempt.scratchPath === null) throw new Error('nothing renders');
  const places = { worker: worker.pid, other: first.pid, scratch: attempt.scratchPath };
  const identity = await readIdentity(worker.pid);
  await hostile.prepare({
    command: 'sh',
    args: ['-c', writeAttack({ ...places, root: farm.scratchOf(name), journal })],
  });
  const attack = await farm.submit({ project: SLOW });
  await hostile.untilReady();
  const said = readFileSync(join(farm.folders.assets, 'hostile', 'said'), 'utf8');
  expect(identity !== null && (await isSameProcess(identity))).toBe(true);
  for (const { id } of [attack, other])
    expect((await farm.cancel(id, '?waitMs=30000')).receipt.outcome).toBe('cancelled');
  const parts = said
    .replace(/ready\n$/, '')
    .split(/^== (\w+)\n/m)
    .slice(1);
  return Object.fromEntries(
    parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1]?.trim()]] : [])),
  );
}

type Attacked = {
  readonly worker: number;
  readonly other: number;
  readonly scratch: string;
  readonly root: string;
  readonly journal: string;
};

/** Returns a shell script that tries each of these attacks and writes the results. */
function writeAttack({ worker, other, scratch, root, journal }: Attacked): string {
  const tries = {
    environment: `tr '\\0' '\\n' < /proc/${worker}/environ`,
    memory: `head -c 1 /proc/${worker}/mem`,
    journal: `ls ${journal} && cat ${journal}/*.json`,
    hostId: `cat ${root}/.host/host.json`,
    lock: `cat ${root}/.worker.json`,
    names: `ls ${root}`,
    otherFiles: `ls -R ${scratch}`,
    otherMarker: `cat ${scratch}/.renderdeck-attempt`,
    otherWrite: `touch ${scratch}/temp/here && echo done`,
    otherEnvironment: `tr '\\0' '\\n' < /proc/${other}/environ`,
    otherFolder: `ls /proc/${other}/root/root /proc/${other}/cwd/`,
    signal: `kill -CONT ${worker} && echo done`,
    own: 'touch "$TMPDIR/own" && echo done && env | grep -E "^(HOME|USER|DATABASE_URL)=" | sort',
  };
  const parts = Object.entries(tries).map(
    ([what, command]) => `echo '== ${what}'; ( ${command} ) 2>&1 | head -c 20000; echo`,
  );
  return `${parts.join('; ')}; echo ready; exec sleep 1000`;
}

/* A look that hangs. The test stops the program that looks, as the kernel does at a dead share. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { checkJobHere } from '../../src/nexrender/check-job-here.ts';
import { asOwnUser, Looks } from '../../src/process/looks.ts';
import { findOtherUser } from '../../testing/other-user.ts';
import { waitUntil } from '../../testing/wait-until.ts';

const { user, leftOut } = await findOtherUser();
const LIMIT_MS = 60_000;

function newLooks(of = null as typeof user): Looks {
  const looks = new Looks(of);
  onTestFinished(() => looks.end());
  return looks;
}

/** The programs that look at files for this process, or for another process. */
function listPrograms(parent = process.pid): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1] === String(parent))
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes('look-child.mjs'))
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // the process has ended
  }
}

/** Whether a process has ended, even if its parent has not read its exit yet. */
const hasEnded = (pid: number) => !/[)] [^ZX]/.test(read(`/proc/${pid}/stat`));

/** Starts the program that looks. Returns its pid. */
async function start(looks: Looks): Promise<number> {
  const before = new Set(listPrograms());
  await looks.ask('answers', ['/'], LIMIT_MS);
  const [pid] = listPrograms().filter((one) => !before.has(one));
  if (pid === undefined) throw new Error('no program looks');
  return pid;
}

test('a look over its limit names the path that did not answer; the next look works', async () => {
  const looks = newLooks();
  const pid = await start(looks);
  process.kill(pid, 'SIGSTOP');
  const silent = looks.ask('answers', ['/'], 300);
  const next = looks.ask('listNames', ['/'], LIMIT_MS);
  await expect(silent).rejects.toThrow(/ did not answer within 0[.]3 s$/);
  expect(await next).toContain('proc');
  expect(listPrograms()).not.toContain(pid);
});

test('many looks that hang leave the threads of this process free', async () => {
  const looks = newLooks();
  process.kill(await start(looks), 'SIGSTOP');
  const silent = Promise.allSettled(
    Array.from({ length: 8 }, () => looks.ask('answers', ['/'], LIMIT_MS)),
  );
  expect((await readFile('/proc/self/stat')).length).toBeGreaterThan(0);
  looks.end();
  for (const { status } of await silent) expect(status).toBe('fulfilled');
});

test('a program that another process ended is started again', async () => {
  const looks = newLooks();
  const pid = await start(looks);
  process.kill(pid, 'SIGSTOP');
  const found = looks.ask('listNames', ['/'], LIMIT_MS);
  process.kill(pid, 'SIGKILL');
  expect(await found).toContain('proc');
});

test('a program that ended before the question is started again', async () => {
  const looks = newLooks();
  const pid = await start(looks);
  process.kill(pid, 'SIGKILL');
  // Without a pause, so that this process does not know of the end when it asks.
  while (!hasEnded(pid));
  expect(await looks.ask('listNames', ['/'], LIMIT_MS)).toContain('proc');
});

test('the program ends with its process, even when that process is killed', async () => {
  const looks = new URL('../../src/process/looks.ts', import.meta.url).href;
  const text = `const { Looks } = await import(${JSON.stringify(looks)});
    await new Looks(null).ask('answers', ['/'], 60000);
    console.log('asked');
    setInterval(() => {}, 1000);`;
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', text];
  const parent = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  let said = '';
  parent.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await waitUntil('it has looked', () => said.includes('asked'));
  const [pid] = listPrograms(parent.pid);
  expect(pid).toBeGreaterThan(0);
  parent.kill('SIGKILL');
  await waitUntil('its program has ended', () => hasEnded(Number(pid)));
});

test.skipIf(user === null)(`a look as another user gets no settings${leftOut}`, async () => {
  process.env.RENDERDECK_TEST_SECRET = 'of this test';
  const looks = newLooks(user);
  const pid = await start(looks);
  delete process.env.RENDERDECK_TEST_SECRET;
  expect(read(`/proc/${pid}/status`)).toContain(`\nUid:\t${user?.uid}\t${user?.uid}\t`);
  expect(read(`/proc/${pid}/environ`)).not.toContain('of this test');
  expect(await looks.ask('readBytes', ['/etc/shadow'], LIMIT_MS)).toBe(null);
});

test('when a path of a job does not answer, that is no failure of the job', async () => {
  const rules = {
    ...{ assetRoots: ['/srv'], outputRoots: [], actions: [], scripts: true },
    addresses: { refused: [], allowed: [] },
  };
  const job = { template: { src: 'file:///srv/a.aep', composition: 'main' } };
  asOwnUser.end(); // another test file may have started this program
  process.kill(await start(asOwnUser), 'SIGSTOP');
  const silent = {
    field: 'job',
    sentence: expect.stringMatching(/ did not answer within 0[.]3 s[.]$/),
  };
  expect(await checkJobHere(job, rules, [], 300)).toEqual({
    ...{ ok: false, ...silent, kind: 'silent' },
    faults: [silent],
  });
  expect(await checkJobHere(job, rules, [])).toMatchObject({ ok: true });
});

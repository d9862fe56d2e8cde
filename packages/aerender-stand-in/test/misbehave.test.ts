import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, test as anyTest, expect } from 'vitest';
import type { Misbehaviour, SampleProject } from '../src/index.ts';
import { aStandIn } from './run-stand-in.ts';

let standIn: Awaited<ReturnType<typeof aStandIn>>;
const started: ChildProcess[] = [];
// The tests read the process tree from /proc.
const test = anyTest.skipIf(process.platform !== 'linux');
const MARK = 'RENDERDECK_STAND_IN_TEST';

afterEach(async () => {
  for (const pid of marked()) process.kill(pid, 'SIGKILL');
  await Promise.all(
    started.splice(0).map((child) => child.exitCode ?? child.signalCode ?? once(child, 'close')),
  );
  await standIn.remove();
});

/** Starts a render and returns at once. `seen` resolves when a printed line matches. */
async function start(misbehave: Misbehaviour, project: SampleProject = {}) {
  standIn = await aStandIn({ misbehave, frameMs: 5, ...project });
  const child = spawn(standIn.aerender, standIn.argsFor('out.avi'), {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, [MARK]: standIn.folder },
  });
  started.push(child);
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const seen = async (pattern: RegExp) => {
    while (!lines.some((line) => pattern.test(line))) await once(reader, 'line');
  };
  return { child, lines, seen, closed: once(child, 'close') };
}

/** The processes of this test file's render. Their environment contains its mark (Linux). */
function marked(): number[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => {
      try {
        return (
          /^\d+$/.test(name) &&
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${MARK}=${standIn.folder}`)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}
const name = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
const session = (pid: number) =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];

test('a render is aerender with its child AfterFX, and SIGTERM to both ends both', async () => {
  const { child, seen, closed } = await start('stalls');
  await seen(/\(4\)/);
  expect(marked().map(name).sort()).toEqual(['AfterFX', 'aerender']);
  for (const pid of marked()) process.kill(pid, 'SIGTERM');
  await closed;
  expect(child.signalCode).toBe('SIGTERM');
});

test('when only aerender is killed, AfterFX goes on, as with the real aerender', async () => {
  const { child, seen } = await start('hangs-before-start');
  await seen(/Launching/);
  await expect.poll(() => marked().map(name).sort()).toEqual(['AfterFX', 'aerender']);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(marked().map(name)).toEqual(['AfterFX']);
});

test('ignores-term: a render continues to its end after SIGTERM to both processes', async () => {
  const { child, seen, closed } = await start('ignores-term', { frames: 60 });
  await seen(/\(4\)/);
  for (const pid of marked()) process.kill(pid, 'SIGTERM');
  await closed;
  expect(child.exitCode).toBe(0);
});

test.each<[Misbehaviour, number, RegExp]>([
  ['fails', 1, /^aerender ERROR: After Effects error: the stand-in was asked to fail/],
  ['dies-silently', 1, /Launching/],
  ['writes-nothing', 0, /Total Time Elapsed/],
])('%s: exit code %i and its last line', async (misbehaviour, code, last) => {
  const { child, lines, closed } = await start(misbehaviour);
  await closed;
  expect([child.exitCode, lines.at(-1)]).toEqual([code, expect.stringMatching(last)]);
  expect(existsSync(join(standIn.folder, 'out.avi'))).toBe(misbehaviour === 'fails');
});

test('floods: tens of megabytes of output do not stop any frame', async () => {
  const { lines, closed } = await start('floods');
  await closed;
  expect(lines.length).toBeGreaterThan(50_000);
  expect(lines.filter((line) => /\(\d+\): /.test(line))).toHaveLength(8);
});

test.each<[Misbehaviour, boolean]>([
  ['escapes', true],
  ['leaves-helper', false],
])(
  '%s: a helper outlives the render; it has a session of its own: %s',
  async (misbehaviour, ownSession) => {
    const { closed } = await start(misbehaviour);
    await closed;
    const [helper] = marked();
    expect(helper).toBeDefined();
    expect(session(helper ?? 0) === session(process.pid)).toBe(!ownSession);
  },
);

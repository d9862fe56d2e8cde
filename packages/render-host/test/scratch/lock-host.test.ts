/* One daemon for each scratch root, with the lock of the kernel and without it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rmdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { readIdentity } from '../../src/process/process-identity.ts';
import { lockHost } from '../../src/scratch/lock-host.ts';
import { isRecord } from '../../src/system/is-record.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { aRoot } from './a-root.ts';

const PROGRAM = fileURLToPath(new URL('./hold-host.ts', import.meta.url));
const inUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const REFUSE = `export async function resolve(name, context, next) {
  if (name === 'koffi') throw new Error('koffi has no build for this system');
  return next(name, context);
}`;
/** When this is imported first, koffi cannot be loaded, as on a system without a build of koffi. */
const NO_KOFFI = inUrl(
  `import { register } from 'node:module'; register(${JSON.stringify(inUrl(REFUSE))});`,
);

const place = ofEachTest(aRoot);
let children: ReturnType<typeof spawn>[] = [];
afterEach(async () => {
  for (const child of children) if (child.exitCode === null) await end(child);
  children = [];
});

async function end(child: ReturnType<typeof spawn>): Promise<void> {
  const ended = once(child, 'close');
  if (child.kill('SIGKILL')) await ended;
}

function holderIn(said: unknown): unknown {
  return isRecord(said) ? said.heldBy : said;
}

/** Another daemon, with the result of its lock. */
async function startDaemon(more: readonly string[]) {
  const imports = [import.meta.resolve('tsx'), ...more].flatMap((name) => ['--import', name]);
  const child = spawn(process.execPath, [...imports, PROGRAM, place.root], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface(child.stdout)) {
    const said: unknown = JSON.parse(line);
    return { child, said };
  }
  throw new Error(`The daemon ended with ${child.exitCode} and said nothing.`);
}

/** Leaves a lock of proper-lockfile that no living process holds. It does not become stale. */
async function leaveShortLock(): Promise<string> {
  const left = join(place.root, '.worker.json.lock');
  await mkdir(left, { recursive: true });
  const later = new Date(Date.now() + 3_600_000);
  await utimes(left, later, later);
  return left;
}

test('a daemon that was killed while it took the lock delays no other daemon', async () => {
  await leaveShortLock();
  const lock = await lockHost(place.root);
  expect(lock).toMatchObject({ root: place.root });
  if ('release' in lock) await lock.release();
});

test('without a lock of the kernel, the second daemon reads the file of the first', async () => {
  const shortLock = await leaveShortLock();
  const starting = startDaemon([NO_KOFFI]);
  await waitUntil('the second to begin', () => existsSync(join(place.root, '.host')));
  const first = JSON.stringify(await readIdentity(process.pid));
  await writeFile(join(place.root, '.worker.json'), first);
  await rmdir(shortLock);
  expect(await starting).toMatchObject({ said: { heldBy: process.pid } });
});

test.each([
  ['the kernel has a lock', []],
  ['the kernel has none', [NO_KOFFI]],
])('when %s, one of two daemons gets the root, and after a kill the next', async (_, imports) => {
  const both = await Promise.all([startDaemon(imports), startDaemon(imports)]);
  const holder = both.find(({ said }) => said === 'held');
  const other = both.find((one) => one !== holder);
  // Until that daemon has written its name, nobody knows who has the lock of the kernel.
  expect([null, holder?.child.pid]).toContain(holderIn(other?.said));
  expect(await lockHost(place.root)).toEqual({ heldBy: holder?.child.pid });
  if (holder !== undefined) await end(holder.child);
  expect(await startDaemon(imports)).toMatchObject({ said: 'held' });
});

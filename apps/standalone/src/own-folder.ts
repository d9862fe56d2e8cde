/*
 * One farm per data folder. Who does not own the folder touches nothing in it.
 *
 * 1. The kernel holds a lock on `farm.lock` for the start that owns the folder, and frees it when
 *    that process ends in any way. `farm.json` names the owner, for people only.
 * 2. The API and the worker inherit a second lock, on `programs.lock`. After a start was killed, it
 *    is free when the last of them has ended. Until then the next start waits.
 * 3. Where the system has no such lock (koffi has no build for it), `farm.json` decides.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  isSameProcess,
  type KernelLock,
  readIdentity,
  takeKernelLock,
  writeDurably,
} from '@renderdeck/render-host/this-machine';
import { z } from 'zod';

/** The data folder, owned by this process until `release`. */
export type OwnedFolder = {
  /** The API and the worker inherit it, so that the next start waits for them. */
  readonly programsLock: number | null;
  /** Where the farm listens: a second start tells it. */
  setAddress(address: string): Promise<void>;
  release(): void;
};

const OWNER = 'farm.json';
const owner = z.object({
  bootId: z.string(),
  pid: z.number(),
  startToken: z.string(),
  since: z.iso.datetime(),
  address: z.string().nullable(),
});
type Owner = z.infer<typeof owner>;

/** A worker ends its renders within `RENDERDECK_DRAIN_LIMIT_MS`, one minute by default. */
const PROGRAMS_END_WITHIN_MS = 120_000;
/** An owner writes its name just after it took the lock. */
const OWNER_WRITES_WITHIN_MS = 2000;

/** Owns the folder, or throws a sentence that names who owns it. */
export async function ownFolder(
  dataDir: string,
  log: (line: string) => void,
): Promise<OwnedFolder> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const lock = await takeKernelLock(join(dataDir, 'farm.lock'));
  if (lock === 'held') throw new Error(explainOwner(dataDir, await waitForOwner(dataDir)));
  const self = await readIdentity(process.pid);
  const other = lock === null ? await findOwner(dataDir) : null;
  if (other !== null && other.pid !== process.pid) throw new Error(explainOwner(dataDir, other));
  try {
    if (self === null) throw new Error('This process does not find itself.');
    const named = { ...self, since: new Date().toISOString() };
    const setAddress = (address: string | null) =>
      writeDurably(dataDir, OWNER, JSON.stringify({ ...named, address } satisfies Owner));
    await setAddress(null);
    const programs = await waitForPrograms(dataDir, log);
    return {
      programsLock: programs?.fd ?? null,
      setAddress,
      release() {
        programs?.release();
        lock?.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Waits until what a killed start left has ended. Gives the lock for the programs of this one. */
async function waitForPrograms(
  dataDir: string,
  log: (line: string) => void,
): Promise<KernelLock | null> {
  const deadline = performance.now() + PROGRAMS_END_WITHIN_MS;
  for (let told = false; ; told = true) {
    const lock = await takeKernelLock(join(dataDir, 'programs.lock'));
    if (lock !== 'held') return lock;
    if (!told) log('The last start was killed. Waiting for its API and its worker to end…');
    if (performance.now() > deadline)
      throw new Error(
        `Programs of a start that was killed still run in ${dataDir}. ` +
          'End its API and its worker, then start again.',
      );
    await setTimeout(100);
  }
}

/** The owner that holds the lock; null where it cannot be named, as in another container. */
async function waitForOwner(dataDir: string): Promise<Owner | null> {
  const deadline = performance.now() + OWNER_WRITES_WITHIN_MS;
  for (;;) {
    const found = await findOwner(dataDir);
    if (found !== null || performance.now() > deadline) return found;
    await setTimeout(50);
  }
}

/** The living process that the file names. */
async function findOwner(dataDir: string): Promise<Owner | null> {
  const text = await readFile(join(dataDir, OWNER), 'utf8').catch(() => '');
  const read = owner.safeParse(parseJson(text));
  return read.success && (await isSameProcess(read.data)) ? read.data : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function explainOwner(dataDir: string, found: Owner | null): string {
  const who =
    found === null
      ? 'a process that this one cannot see, perhaps of another container'
      : `process ${found.pid}, since ${found.since.slice(0, 19).replace('T', ' ')}, ` +
        (found.address === null ? 'which is still starting' : `at ${found.address}`);
  return (
    `A farm runs in ${dataDir} already: ${who}. ` +
    'Stop it first, or set RENDERDECK_DATA_DIR to another folder.'
  );
}

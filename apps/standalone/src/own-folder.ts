/*
 * One farm per data folder. A start that does not own the folder changes nothing in it.
 *
 * 1. The start that owns the folder holds a kernel lock on `farm.lock`. The kernel frees the lock
 *    however that process ends. `farm.json` names the owner, but only to show it to people.
 * 2. The API and the worker inherit a second lock, on `programs.lock`. After a start was killed,
 *    this lock is free as soon as both have ended. Until then the next start waits.
 * 3. On a system without such locks (koffi has no build for it), `farm.json` decides who owns the
 *    folder.
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
  /**
   * The API and the worker inherit this lock, so that a later start waits until both have ended.
   */
  readonly programsLock: number | null;
  /** Records the address of the farm, which a second start shows. */
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
/** An owner writes its name to `farm.json` just after it took the lock. */
const OWNER_WRITES_WITHIN_MS = 2000;

/** Makes this process the owner of the folder, or throws a sentence that names the owner. */
export async function ownFolder(
  dataDir: string,
  log: (line: string) => void,
): Promise<OwnedFolder> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 }).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(
      `The data folder ${dataDir} cannot be made (${cause.code}). ` +
        'Set RENDERDECK_DATA_DIR to a folder that you may write.',
      { cause },
    );
  });
  const lock = await takeKernelLock(join(dataDir, 'farm.lock'));
  if (lock === 'held') throw new Error(explainOwner(dataDir, await waitForOwner(dataDir)));
  const self = await readIdentity(process.pid);
  const other = lock === null ? await findOwner(dataDir) : null;
  if (other !== null && other.pid !== process.pid) throw new Error(explainOwner(dataDir, other));
  try {
    if (self === null) throw new Error('This process cannot read its own identity.');
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

/** Waits until the programs of a killed start have ended. Returns the lock for this start's. */
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

/**
 * Returns the owner that holds the lock. Null if it cannot be named, for example because it runs in
 * another container.
 */
async function waitForOwner(dataDir: string): Promise<Owner | null> {
  const deadline = performance.now() + OWNER_WRITES_WITHIN_MS;
  for (;;) {
    const found = await findOwner(dataDir);
    if (found !== null || performance.now() > deadline) return found;
    await setTimeout(50);
  }
}

/** Returns the owner that the file names, if that process lives. */
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
      ? 'a process that this one cannot see, perhaps in another container'
      : `process ${found.pid}, since ${found.since.slice(0, 19).replace('T', ' ')}, ` +
        (found.address === null ? 'which is still starting' : `at ${found.address}`);
  return (
    `A farm runs in ${dataDir} already: ${who}. ` +
    'Stop it first, or set RENDERDECK_DATA_DIR to another folder.'
  );
}

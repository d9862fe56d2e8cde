/*
 * nexrender needs a startup script of its own in After Effects, and writes it there before the
 * first render. That needs rights in After Effects' folder, and two writers at once would spoil the
 * backup. So a person with these rights writes the script once, by nexrender's own code:
 *
 * 1. A lock in that folder lets one preparation of this host do it at a time.
 * 2. When an earlier write was broken off, the script is empty: the backup is restored first.
 * 3. nexrender's code keeps the original in Backup.Scripts and writes its own script.
 * 4. When that fails, the original is restored.
 * 5. If another user than root may exchange these folders, root writes with that user's rights.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { NotRegular, readRegular } from '../paths/open-regular.mjs';
import { asOwnUser } from '../process/looks.ts';
import { actAsOwner } from '../scratch/act-as-owner.ts';
import { loadKernelLock, takeKernelLock } from '../scratch/kernel-lock.ts';
import { SCRIPT } from './find-aerender.mjs';
import { findPatch } from './look-at-renderer.mjs';

const load = createRequire(import.meta.url);
const WITHIN_MS = 5000;

/** Thrown where nexrender's own code would end this process because it may not write. */
class NotWritten extends Error {}

/** Whether After Effects has nexrender's script: of this version, of another version, or none. */
export async function readPatch(aerender: string): Promise<'patched' | 'outdated' | 'not patched'> {
  return await asOwnUser.ask('findPatch', [aerender], WITHIN_MS);
}

/**
 * Writes nexrender's script into After Effects. Null when the script is in place, else a sentence;
 * then After Effects keeps the script that it had before.
 */
export async function patchStartupScript(aerender: string): Promise<string | null> {
  const folder = dirname(aerender);
  const backups = join(folder, 'Backup.Scripts', 'Startup');
  // Load the code now: the owner of the folder may have no right to read it later.
  load('@nexrender/core/src/helpers/patch');
  await loadKernelLock();
  const written = [join(folder, SCRIPT), join(backups, basename(SCRIPT)), lockIn(folder)];
  return await actAsOwner(written, () => patchIn(folder, aerender, backups)).catch(
    (cause: unknown) => refuse(join(folder, SCRIPT), describe(cause)),
  );
}

async function patchIn(folder: string, aerender: string, backups: string): Promise<string | null> {
  try {
    await mkdir(backups, { recursive: true });
    const lock = await takeKernelLock(lockIn(folder));
    if (lock === 'held') return 'Another preparation of this host runs. Wait until it has ended.';
    try {
      return await patchLocked(aerender, join(backups, basename(SCRIPT)));
    } finally {
      lock?.release();
    }
  } catch (cause) {
    return refuse(join(folder, SCRIPT), describe(cause));
  }
}

function lockIn(folder: string): string {
  return join(folder, 'Backup.Scripts', 'renderdeck.lock');
}

async function patchLocked(aerender: string, backup: string): Promise<string | null> {
  const script = join(dirname(aerender), SCRIPT);
  if ((await readRegular(script)).length === 0) await writeFile(script, await readRegular(backup));
  if (await isPatched(aerender)) return null;
  const original = await readRegular(script);
  const patch = load('@nexrender/core/src/helpers/patch');
  try {
    patch({
      binary: aerender,
      logger: { log: () => {} },
      track: () => {},
      trackSync() {
        throw new NotWritten('it may not be written');
      },
    });
  } catch (cause) {
    await writeFile(script, original).catch(() => undefined);
    return refuse(script, cause instanceof NotWritten ? cause.message : codeOf(cause));
  }
  return (await isPatched(aerender)) ? null : refuse(script, 'it was not written');
}

/** Runs in this process, because a program of its own would run without the rights of this one. */
async function isPatched(aerender: string): Promise<boolean> {
  return (await findPatch(() => undefined, aerender)) === 'patched';
}

function describe(cause: unknown): string {
  const isSentence = cause instanceof NotRegular || (cause instanceof Error && !('code' in cause));
  return isSentence ? cause.message : codeOf(cause);
}

function refuse(script: string, why: string): string {
  const acting = process.geteuid?.();
  const step =
    acting === process.getuid?.()
      ? 'Run this as an administrator.'
      : `User ${acting} may exchange this folder, so root writes there only what that user may: ` +
        'give it all that is in the folder, or give the folder to root.';
  return `nexrender's script was not written to ${script} (${why}). ${step}`;
}

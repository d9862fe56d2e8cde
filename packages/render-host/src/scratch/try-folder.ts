import { randomUUID } from 'node:crypto';
import { access, constants, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { actAsOwner, canActAsOwner } from './act-as-owner.ts';

/** The error code when this process may not read the folder; null when it may. */
export async function tryToRead(folder: string): Promise<string | null> {
  try {
    await readdir(folder);
    return null;
  } catch (cause) {
    return codeOf(cause);
  }
}

/**
 * The error code when this process may not write into the folder; null when it may. `leaveNothing`
 * only asks for the right. Windows answers that only when a file is created.
 */
export async function tryToWrite(folder: string, leaveNothing: boolean): Promise<string | null> {
  try {
    const probe = join(folder, `.renderdeck-${randomUUID()}`);
    if (leaveNothing || !(await canActAsOwner(probe))) await access(folder, constants.W_OK);
    else await actAsOwner([probe], () => makeAndRemove(probe));
    return null;
  } catch (cause) {
    return codeOf(cause);
  }
}

async function makeAndRemove(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.close();
  await unlink(path);
}

/** The id of the user that owns a file or folder; null when it does not exist, and on Windows. */
export async function findOwner(path: string): Promise<number | null> {
  if (process.getuid === undefined) return null;
  return await stat(path).then(
    ({ uid }) => uid,
    () => null,
  );
}

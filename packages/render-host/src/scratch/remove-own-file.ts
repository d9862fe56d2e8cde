import { lstat, unlink } from 'node:fs/promises';
import { missingIsNull } from '../paths/error-code.mjs';

/**
 * Removes one file that this program or its operator has written, such as a file of settings. A
 * missing file is no error. Throws for anything that is no regular file.
 */
export async function removeOwnFile(path: string): Promise<void> {
  const found = await lstat(path).catch(missingIsNull);
  if (found === null) return;
  if (!found.isFile()) throw new Error(`${path} is no file`);
  await unlink(path);
}

import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes an empty folder that other users can enter. If root runs the tests, PostgreSQL runs as
 * another user.
 */
export async function temporaryFolder(
  label: string,
  place = tmpdir(),
): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await realpath(await mkdtemp(join(place, `renderdeck-${label}-`)));
  await chmod(path, 0o711);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 2 }) };
}

import { randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/**
 * The folder of all tests of a file. It is made before the first test, and removed after the last.
 */
export function folderOfFile(label: string): { readonly path: string } {
  const name = `renderdeck-${label}-${randomBytes(4).toString('hex')}`;
  const path = join(realpathSync(tmpdir()), name);
  beforeAll(async () => {
    await mkdir(path);
    await chmod(path, 0o711);
  });
  afterAll(() => rm(path, { recursive: true, force: true, maxRetries: 2 }));
  return { path };
}

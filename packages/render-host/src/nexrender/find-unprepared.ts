import { access, constants, mkdir, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { codeOf } from '../scratch/error-code.mjs';
import { findAerender } from './find-aerender.mjs';

const load = createRequire(import.meta.url);
const NAME = join('Scripts', 'Startup', 'commandLineRenderer.jsx');

/**
 * Whether nexrender has prepared this aerender, or may: it backs up its startup script and writes
 * its own in its place, before the first render. Null where it has or may, else a sentence. The
 * question is of this process; a render may run as another user.
 */
export async function findUnprepared(given: string | null): Promise<string | null> {
  const aerender = findAerender(given);
  const folder = dirname(aerender);
  const { getPatchStatus, PATCH_STATUS } = load('@nexrender/core/src/helpers/patch');
  try {
    if (getPatchStatus(aerender) === PATCH_STATUS.PATCHED) return null;
    // Opened and not only asked for: Windows tells of rights only so.
    await (await open(join(folder, NAME), 'r+')).close();
    const backup = dirname(join(folder, 'Backup.Scripts', 'Startup', 'x'));
    await mkdir(backup, { recursive: true });
    await access(backup, constants.W_OK);
    return null;
  } catch (cause) {
    return (
      `nexrender may not write its commandLineRenderer.jsx beside ${aerender} ` +
      `(${codeOf(cause)}). Let an administrator run a render once.`
    );
  }
}

import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Moved } from '@renderdeck/domain';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { makeStorable } from './render-message.ts';
import { writeBytes } from './write-bytes.mjs';

/** aerender writes files of this name, and nexrender searches for them. */
const OUTPUT = /^result[._]/;
/** Each level holds an open folder. */
const DEEPEST = 20;

type Measured = { amount: number; latest: { name: string; size: number; at: number } | null };

/**
 * How many bytes the files of a render have: its output, and all that it downloaded and made. The
 * text names the file that was written last.
 */
export async function measureFiles(
  { workPath, tempPath }: Pick<ScratchFolder, 'workPath' | 'tempPath'>,
  redact: (text: string) => string,
): Promise<{ output: Moved; files: Moved }> {
  const output: Measured = { amount: 0, latest: null };
  const files: Measured = { amount: 0, latest: null };
  const measure = (folder: string, depth: number): Promise<void> =>
    withFolder(folder, async (base) => {
      for (const entry of await readdir(base, { withFileTypes: true })) {
        const path = join(base, entry.name);
        if (!entry.isDirectory())
          await add(path, entry.name, OUTPUT.test(entry.name) ? [files, output] : [files]);
        else if (depth < DEEPEST) await measure(path, depth + 1);
      }
    });
  await measure(workPath, 0);
  await measure(tempPath, 0);
  const describe = ({ amount, latest }: Measured): Moved => ({
    amount,
    text:
      latest === null
        ? 'no file'
        : makeStorable(redact(`${writeBytes(latest.size)} of ${latest.name}`)),
  });
  return { output: describe(output), files: describe(files) };
}

/**
 * Calls `use` with a path of this very folder. The render may exchange its folders for links while
 * we walk through them, and must not lead us to files that only we may see. A folder that is gone
 * or no folder is left out.
 */
async function withFolder(path: string, use: (base: string) => Promise<void>): Promise<void> {
  if (process.platform !== 'linux') return await use(path).catch(() => undefined);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).catch(() => null);
  if (folder === null) return;
  await use(`/proc/self/fd/${folder.fd}`)
    .catch(() => undefined)
    .finally(() => folder.close());
}

/** A file that was moved or removed meanwhile counts for nothing. */
async function add(path: string, name: string, sums: readonly Measured[]): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  const { size, mtimeMs: at } = found;
  for (const sum of sums) {
    // One for the file itself: an empty file is a movement too.
    sum.amount += size + 1;
    if (sum.latest === null || at >= sum.latest.at) sum.latest = { name, size, at };
  }
}

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Moved } from '@renderdeck/domain';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { makeStorable } from './render-message.ts';
import { writeBytes } from './write-bytes.mjs';

/** aerender writes files of this name, and so does nexrender's own search for them. */
const OUTPUT = /^result[._]/;

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
  const measure = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await measure(path);
      else await add(path, entry.name, OUTPUT.test(entry.name) ? [files, output] : [files]);
    }
  };
  await measure(workPath);
  await measure(tempPath);
  const describe = ({ amount, latest }: Measured): Moved => ({
    amount,
    text:
      latest === null
        ? 'no file'
        : makeStorable(redact(`${writeBytes(latest.size)} of ${latest.name}`)),
  });
  return { output: describe(output), files: describe(files) };
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

import type { Moved } from '@renderdeck/domain';
import type { Walked } from '../paths/walk-files.mjs';
import type { Looks } from '../process/looks.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { makeStorable } from './render-message.ts';
import { writeBytes } from './write-bytes.mjs';

/** Many files on a slow disk take long. */
const WITHIN_MS = 30_000;

/**
 * How many bytes the files of a render have: its output, and all that it downloaded and made. The
 * text names the file that was written last. Throws where they do not answer in time.
 */
export async function measureFiles(
  looks: Looks,
  { workPath, tempPath }: Pick<ScratchFolder, 'workPath' | 'tempPath'>,
  redact: (text: string) => string,
): Promise<{ output: Moved; files: Moved }> {
  const { output, files } = await looks.ask('walkFiles', [[workPath, tempPath]], WITHIN_MS);
  const describe = ({ amount, latest }: Walked): Moved => ({
    amount,
    text:
      latest === null
        ? 'no file'
        : makeStorable(redact(`${writeBytes(latest.size)} of ${latest.name}`)),
  });
  return { output: describe(output), files: describe(files) };
}

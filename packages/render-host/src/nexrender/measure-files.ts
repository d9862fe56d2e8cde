import type { Moved, MovedByKind } from '@renderdeck/domain';
import type { Walked } from '../paths/walk-files.mjs';
import { countIo } from '../process/count-io.ts';
import type { Looks } from '../process/looks.ts';
import type { ProcessTree } from '../process/start-process-tree.ts';
import type { ScratchFolder } from '../scratch/scratch-folder.ts';
import { isRecord } from '../system/is-record.ts';
import { makeStorable } from './make-storable.ts';
import { writeBytes } from './write-bytes.mjs';

/** Measuring many files on a slow disk takes long. */
const WITHIN_MS = 30_000;

/**
 * How many bytes the files of a render have: its output, and all files that it downloaded or made.
 * The text names the file that was written last. Throws when the files do not answer in time.
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

const LISTED_WITHIN_MS = 5000;

/**
 * Finds the template and the assets of a job of which no byte has arrived in the job's folder.
 * Throws when the folder does not answer in time.
 */
export async function findSilentSources(
  looks: Looks,
  { template, assets }: Record<string, unknown>,
  jobFolder: string,
): Promise<string[]> {
  const listed = Array.isArray(assets) ? assets : [];
  const sources = [
    { field: 'template.src', source: template },
    ...listed.map((source, index) => ({ field: `assets[${index}].src`, source })),
  ];
  const arrived = await looks.ask('listArrived', [jobFolder], LISTED_WITHIN_MS);
  return sources.flatMap(({ field, source }) => {
    if (!isRecord(source) || typeof source.src !== 'string' || source.useOriginal === true)
      return [];
    if (source.src.startsWith('data:')) return [];
    const name = String(source.name);
    // nexrender may add an extension to the name.
    const isThere = arrived.some((file) => file === name || file.startsWith(`${name}.`));
    return isThere ? [] : [`${field} (${source.src})`];
  });
}

/** How much the programs move that nexrender's process has started, where the system counts. */
export function measurePrograms({
  record: { root, members },
  accounting,
}: Pick<ProcessTree, 'record' | 'accounting'>): MovedByKind {
  const started = members.filter(({ pid }) => pid !== root?.pid);
  const amount =
    accounting === undefined
      ? countIo(started.map(({ pid }) => pid))
      : (accounting()?.bytesRead ?? null);
  if (amount === null || started.length === 0) return {};
  return { programs: { amount, text: `${writeBytes(amount)} through programs` } };
}

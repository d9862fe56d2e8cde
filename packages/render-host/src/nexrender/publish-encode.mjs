// @ts-check
import { mkdtempSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { publishFile, publishFiles } from './publish-file.mjs';

/**
 * Does the work of `@nexrender/action-encode` for an output outside of the job's folder. ffmpeg
 * writes into the job's folder. Its files are then published completely or not at all.
 *
 * @param {import('./load-actions.mjs').Action} encode the original action
 * @param {import('./publish-file.mjs').Publication} publication
 * @returns {import('./load-actions.mjs').Action}
 */
export function createPublishingEncode(encode, publication) {
  return async (anyJob, settings, anyOptions, type) => {
    const job = /** @type {{ workpath: string }} */ (anyJob);
    const options = /** @type {{ output: string }} */ (anyOptions);
    const { output } = options;
    const folder = mkdtempSync(join(job.workpath, 'encode-'));
    await encode(job, settings, { ...options, output: join(folder, basename(output)) }, type);
    // A playlist comes last, so that its segments are there when it appears.
    const names = readdirSync(folder).sort(
      (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1),
    );
    const [first] = names;
    if (first === undefined) throw new Error('ffmpeg ended without an error but wrote no file');
    // ffmpeg writes several files for a numbered name, and for some formats.
    if (names.length === 1)
      await publishFile(join(folder, first), join(dirname(output), first), publication);
    else
      await publishFiles(
        names.map((name) => ({ source: join(folder, name), name })),
        dirname(output),
        publication,
      );
    return job;
  };
}

function rank(/** @type {string} */ name) {
  return name.endsWith('.m3u8') ? 1 : 0;
}

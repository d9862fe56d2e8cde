// @ts-check
import { mkdtempSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { publishFile, publishFiles } from './publish-file.mjs';

/**
 * Does the work of an action that writes the file that `output` names, outside of the job's folder.
 * The action gets a name in the job's folder. What it writes there is then published completely or
 * not at all.
 *
 * @param {import('./load-actions.mjs').Action} action
 * @param {import('./publish-file.mjs').Publication} publication
 * @returns {import('./load-actions.mjs').Action}
 */
export function publishFromFolder(action, publication) {
  return async (anyJob, settings, anyOptions, type) => {
    const job = /** @type {{ workpath: string }} */ (anyJob);
    const options = /** @type {{ output: string }} */ (anyOptions);
    const { output } = options;
    const folder = mkdtempSync(join(job.workpath, 'publish-'));
    await action(job, settings, { ...options, output: join(folder, basename(output)) }, type);
    // A playlist comes last, so that its segments are there when it appears.
    const names = readdirSync(folder).sort(
      (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1),
    );
    const [first] = names;
    if (first === undefined) throw new Error('it ended without an error but wrote no file');
    // ffmpeg, for one, writes several files for a numbered name, and for some formats.
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

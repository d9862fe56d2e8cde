// @ts-check
import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { publishFile, publishFiles } from './publish-file.mjs';
import { isSequence, listPictures, namePicture } from './sequence.mjs';

/** @typedef {{ input?: string, output: string, useJobId?: boolean }} CopyOptions */

/**
 * Does the work of `@nexrender/action-copy` for an output outside of the job's folder, with the
 * same options. It publishes the complete output or none of it. It also publishes a sequence of
 * pictures.
 *
 * @param {import('./publish-file.mjs').Publication} publication
 * @returns {import('./load-actions.mjs').Action}
 */
export function createPublishingCopy(publication) {
  return async (anyJob, _settings, anyOptions, type) => {
    if (type !== 'postrender') throw new Error(`it runs in postrender only, not in ${type}`);
    const job = /** @type {{ output: string, workpath: string, uid: string }} */ (anyJob);
    const options = /** @type {CopyOptions} */ (anyOptions);
    const given = options.input || job.output;
    const input = isAbsolute(given) ? given : join(job.workpath, given);
    if (isSequence(input)) await publishSequence(input, options.output, publication);
    else await publishFile(input, nameOutput(input, options, job), publication);
    return job;
  };
}

/** @param {string} input @param {CopyOptions} options @param {{ uid: string }} job */
function nameOutput(input, { output, useJobId }, { uid }) {
  if (!isFolder(output)) return output;
  return join(output, useJobId ? uid + extname(input) : basename(input));
}

/**
 * `[#####]` in the output's name stands for the number of each picture. Without it, the output is
 * the folder for the pictures. For a single picture it may be the file.
 *
 * @param {string} input
 * @param {string} output
 * @param {import('./publish-file.mjs').Publication} publication
 */
async function publishSequence(input, output, publication) {
  const pictures = listPictures(input);
  const [first] = pictures;
  if (first === undefined) throw new Error(`there are no pictures ${input}`);
  const isFile = !isSequence(output) && !isFolder(output) && extname(output) !== '';
  if (isFile && pictures.length > 1)
    throw new Error(
      `the render is a sequence of ${pictures.length} pictures, and the output ${output} is one ` +
        'file: give a folder, or a name with [#####]',
    );
  if (isFile) {
    await publishFile(first.path, output, publication);
    return;
  }
  const files = pictures.map(({ path, number }) => ({
    source: path,
    name: isSequence(output) ? namePicture(output, number) : basename(path),
  }));
  await publishFiles(files, isSequence(output) ? dirname(output) : output, publication);
}

/** @param {string} path */
function isFolder(path) {
  return existsSync(path) && lstatSync(path).isDirectory();
}

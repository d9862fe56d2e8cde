// @ts-check
/**
 * Does the work of `@nexrender/action-encode`: the same options, presets and lines. nexrender's own
 * module puts every option behind the inputs, and downloads a program if it finds no ffmpeg. This
 * one puts the options that describe an input before it, and starts only the ffmpeg of this host,
 * in the folder of the output, so that the segments of a stream get their names there.
 */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { runInTree } from '../process/run-in-tree.mjs';
import { GUARDED } from './ffmpeg-input.mjs';
import { isSequence, numberForFfmpeg } from './sequence.mjs';

export const ENCODE = '@nexrender/action-encode';

/**
 * @typedef {string | number | boolean | null} Value
 * @typedef {Record<string, Value | Value[]>} Params
 * @typedef {{ preset?: string, input?: string, output: string, params?: Params }} EncodeOptions
 * @typedef {{ uid: string, workpath: string, output: string }} EncodedJob
 */

/** The presets of nexrender. @type {Readonly<Record<string, Params>>} */
export const PRESETS = {
  mp4: {
    ...{ '-ab': '128k', '-ar': '44100', '-acodec': 'aac', '-vcodec': 'libx264' },
    ...{ '-pix_fmt': 'yuv420p', '-r': '25' },
  },
  ogg: {
    ...{ '-ab': '128k', '-ar': '44100', '-acodec': 'libvorbis', '-vcodec': 'libtheora' },
    '-r': '25',
  },
  webm: {
    ...{ '-ab': '128k', '-ar': '44100', '-acodec': 'libvorbis', '-vcodec': 'libvpx' },
    ...{ '-b': '614400', '-aspect': '16:9' },
  },
  mp3: { '-ab': '128k', '-ar': '44100', '-acodec': 'libmp3lame' },
  m4a: { '-ab': '64k', '-ar': '44100', '-acodec': 'aac', '-strict': '-2' },
  gif: {
    '-filter_complex':
      '[0:v] fps=12,scale=w=480:h=-1,split [a][b];[a] palettegen [p];[b][p] paletteuse',
  },
};

/** Options of the first input. As options of an output, ffmpeg refuses or ignores them. */
const OF_INPUT = ['-framerate'];
/** The number of the first picture, of the first input if that is numbered, else of the output. */
const START = '-start_number';

/**
 * The arguments of ffmpeg.
 *
 * @param {EncodedJob} job
 * @param {EncodeOptions} options
 * @param {Readonly<Record<string, Params>>} presets
 * @returns {string[]}
 */
export function encodeArguments(job, { preset, input, output, params }, presets) {
  const { '-i': more = [], ...given } = params ?? {};
  const inputs = [input || job.output, ...[more].flat()].map((one) =>
    numberForFfmpeg(inJob(job, String(one))),
  );
  const isNumbered = /%\d*d/.test(basename(inputs[0] ?? ''));
  const isOfInput = (/** @type {string} */ name) =>
    OF_INPUT.includes(name) || (name === START && isNumbered);
  const known = preset && Object.hasOwn(presets, preset) ? presets[preset] : {};
  const all = Object.entries({ ...known, ...given });
  const write = (/** @type {typeof all} */ entries) =>
    entries.flatMap(([name, value]) =>
      [value].flat().flatMap((one) =>
        // The names of segments may begin with nexrender's word for the folder of the job.
        one === null || one === ''
          ? [name]
          : [name, String(one).replace(/^\$\{workPath\}[\\/]/, '')],
      ),
    );
  return [
    ...write(all.filter(([name]) => isOfInput(name))),
    ...inputs.flatMap((path) => [...GUARDED, '-i', path]),
    ...write(all.filter(([name]) => !isOfInput(name))),
    '-y',
    isSequence(output) ? numberForFfmpeg(inJob(job, output)) : inJob(job, output),
  ];
}

/** A path that is not absolute lies in the folder of the job. */
function inJob(/** @type {EncodedJob} */ { workpath }, /** @type {string} */ path) {
  return isAbsolute(path) ? path : join(workpath, path);
}

/**
 * @param {string} ffmpeg its path
 * @param {Readonly<Record<string, Params>>} presets
 * @returns {import('./load-actions.mjs').Action}
 */
export function createEncode(ffmpeg, presets) {
  return async (anyJob, anySettings, anyOptions) => {
    const job = /** @type {EncodedJob} */ (anyJob);
    const options = /** @type {EncodeOptions} */ (anyOptions);
    const { logger } = /** @type {{ logger: { log(line: string): void } }} */ (anySettings);
    const args = encodeArguments(job, options, presets);
    logger.log(`[${job.uid}] starting action-encode action: ${ffmpeg} ${args.join(' ')}`);
    const cwd = dirname(args.at(-1) ?? '');
    await mkdir(cwd, { recursive: true });
    const how = await runInTree(ffmpeg, args, cwd, (text) => logger.log(`[${job.uid}] ${text}`));
    if (how !== null) throw new Error(`ffmpeg ${how}`);
    return job;
  };
}

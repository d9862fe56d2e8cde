/*
 * The official action modules of nexrender: what a job may say to each, as their source of
 * @nexrender/core 1.62 reads it. Of any other module nothing is known, and nothing is checked but
 * `input` and `output`.
 */
type Names = readonly string[];

/** The lists of a job's actions, in the order in which nexrender runs them. */
export const ACTION_LISTS = ['predownload', 'postdownload', 'prerender', 'postrender'] as const;
type ActionList = (typeof ACTION_LISTS)[number];

export type ActionRule = {
  /** The fields that the module reads, besides `module`. */
  readonly fields: Names;
  /** The lists in which it works. */
  readonly lists: readonly ActionList[];
  /**
   * `publishes`: writes the file that `output` names, and nothing else. `leaves`: may send the
   * result anywhere. `stays`: writes nothing that anybody gets. `nothing`: Renderdeck does not run
   * it.
   */
  readonly result: 'publishes' | 'leaves' | 'stays' | 'nothing';
};

const ALL = ACTION_LISTS;
const rule = (
  result: ActionRule['result'],
  lists: ActionRule['lists'],
  ...fields: Names
): ActionRule => ({ result, lists, fields });

export const ACTION_RULES: Readonly<Record<string, ActionRule>> = {
  '@nexrender/action-copy': rule('publishes', ['postrender'], 'input', 'output', 'useJobId'),
  '@nexrender/action-encode': rule(
    ...(['publishes', ['postrender'], 'input', 'output', 'preset', 'params'] as const),
  ),
  '@nexrender/action-upload': rule('leaves', ['postrender'], 'input', 'provider', 'params'),
  '@nexrender/action-webhook': rule('leaves', ALL, 'url', 'method', 'headers', 'json', 'body'),
  '@nexrender/action-cache': rule(
    ...(['nothing', ['predownload', 'postdownload'], 'cacheDirectory', 'ttl'] as const),
    ...['cacheAssets', 'useOriginal'],
  ),
  '@nexrender/action-compress': rule('stays', ALL, 'format', 'input', 'output'),
  '@nexrender/action-decompress': rule('stays', ['prerender'], 'format', 'overwrite'),
  '@nexrender/action-fonts': rule('stays', ['prerender', 'postrender']),
  '@nexrender/action-image': rule('stays', ALL, 'create', 'input', 'output', 'filters'),
  '@nexrender/action-link': rule('stays', ALL, 'input', 'output', 'type'),
  '@nexrender/action-lottie': rule('stays', ['predownload'], 'banner'),
  '@nexrender/action-mogrt': rule('stays', ['predownload'], 'params'),
};

const RULES = new Map<unknown, ActionRule>(Object.entries(ACTION_RULES));

/** The rule of an official module; null of any other. */
export const actionRule = (module: unknown): ActionRule | null => RULES.get(module) ?? null;

/** The providers of `@nexrender/action-upload` that nexrender itself has. */
export const UPLOAD_PROVIDERS: Names = ['s3', 'ftp', 'sftp', 'gs', 'nx'];

/**
 * The filters of `@nexrender/action-image` that change the picture. The module calls any function
 * of its picture, also one that writes a file.
 */
export const IMAGE_FILTERS: Names = [
  ...['autocrop', 'background', 'blur', 'brightness', 'circle', 'color', 'colour', 'contain'],
  ...['contrast', 'convolute', 'cover', 'crop', 'dither16', 'dither565', 'fade', 'fishEye'],
  ...['flip', 'gaussian', 'greyscale', 'grayscale', 'invert', 'mirror', 'normalize', 'opacity'],
  ...['opaque', 'pixelate', 'posterize', 'quality', 'resize', 'rotate', 'scale', 'scaleToFit'],
  ...['sepia', 'shadow', 'threshold'],
];

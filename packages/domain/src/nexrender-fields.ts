/*
 * The fields of a nexrender job that have an effect: those that @nexrender/core 1.62 reads. Those
 * of action modules are in nexrender-modules.ts. A test in packages/render-host compares this list
 * with the source of @nexrender/core.
 */
const SOURCE = ['src', 'name', 'extension', 'params', 'useOriginal'] as const;
const LAYER = ['composition', 'layerName', 'layerIndex'] as const;
const FOOTAGE = ['type', ...SOURCE, ...LAYER, 'sequence', 'removeOld'] as const;

type Fields = readonly string[];

/** The form of a uid: nexrender makes the name of a folder of it. */
export const NEXRENDER_UID = /^[A-Za-z0-9_-]{1,64}$/;

export const JOB_FIELDS: Fields = ['uid', 'template', 'assets', 'actions', 'tags'];

/**
 * Fields of a job that the programs of nexrender write into it themselves. They have no effect in a
 * submission, and nobody expects one.
 */
export const SERVER_FIELDS: Fields = [
  ...['type', 'state', 'output', 'creator', 'executor', 'renderProgress', 'error', 'errorAt'],
  ...['createdAt', 'updatedAt', 'startedAt', 'finishedAt', 'timings'],
];

export const TEMPLATE_FIELDS: Fields = [
  ...SOURCE,
  ...['composition', 'frameStart', 'frameEnd', 'incrementFrame', 'continueOnMissing'],
  ...['settingsTemplate', 'outputModule', 'outputExt', 'renderSettings', 'outputSettings'],
  ...['imageSequence', 'output'],
];

/** The types of an asset, and the fields of each. */
export const ASSET_FIELDS: Readonly<Record<string, Fields>> = {
  image: FOOTAGE,
  audio: FOOTAGE,
  video: FOOTAGE,
  data: ['type', ...LAYER, 'property', 'value', 'expression'],
  script: ['type', ...SOURCE, 'keyword', 'parameters', 'defaults'],
  static: ['type', ...SOURCE],
};

/** The presets of `@nexrender/action-encode`. A host may have more. */
export const ENCODE_PRESETS: readonly string[] = ['mp4', 'ogg', 'webm', 'mp3', 'm4a', 'gif'];

/**
 * Fields of a template, a source or an action that are true or false. nexrender reads every text as
 * true, also "false".
 */
export const FLAGS: Fields = [
  ...['useOriginal', 'sequence', 'removeOld', 'imageSequence', 'continueOnMissing', 'useJobId'],
];

/**
 * Whether a text is a full path, on any system: from a root, a drive or a share, or as a `file://`
 * address.
 */
export function isFullPath(text: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:|file:\/\/)/.test(text);
}

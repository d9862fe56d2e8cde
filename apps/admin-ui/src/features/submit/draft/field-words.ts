/*
 * The words for the fields of a job that people know from After Effects and from the form. The
 * contract names fields by their paths in the nexrender job.
 */

const TEMPLATE: Readonly<Record<string, string>> = {
  src: 'Template',
  composition: 'Composition',
  outputModule: 'Output module',
  outputExt: 'Output extension',
  settingsTemplate: 'Render settings',
  frameStart: 'First frame',
  frameEnd: 'Last frame',
  incrementFrame: 'Frame step',
  continueOnMissing: 'Continue on missing footage',
};
const PART: Readonly<Record<string, string>> = {
  src: 'file',
  layerName: 'layer',
  layerIndex: 'layer index',
};
const LISTS: Readonly<Record<string, string>> = {
  predownload: 'before the download',
  postdownload: 'after the download',
  prerender: 'before the render',
  postrender: 'after the render',
};
const OTHER: Readonly<Record<string, string>> = {
  json: 'JSON',
  name: 'Name',
  priority: 'Priority',
  secrets: 'Secret values',
  tags: 'Tags',
  template: 'Template',
  assets: 'Assets',
  actions: 'Actions',
};

/** The words for a field: `assets.0.layerName` is "Asset 1, layer". Else its path. */
export function wordsOf(field: string): string {
  const [first = '', second, third, ...rest] = field.split('.');
  if (first === 'template' && third === undefined && second !== undefined)
    return TEMPLATE[second] ?? field;
  if (first === 'assets' && isIndex(second)) return inItem(`Asset ${number(second)}`, third, rest);
  if (first === 'actions' && second !== undefined && isIndex(third))
    return inItem(`Action ${number(third)} ${LISTS[second] ?? second}`, rest[0], rest.slice(1));
  if (first === 'secrets') return OTHER.secrets ?? field;
  return second === undefined ? (OTHER[first] ?? field) : field;
}

function inItem(item: string, name: string | undefined, rest: readonly string[]): string {
  if (name === undefined) return item;
  return `${item}, ${[PART[name] ?? name, ...rest].join('.')}`;
}

function isIndex(step: string | undefined): step is string {
  return step !== undefined && /^\d+$/.test(step);
}

function number(index: string): number {
  return Number(index) + 1;
}

/** Paths as the sentences of the server have them: `assets[0].src`, `template.src`. */
const PATHS = /\b(?:template\.\w+|assets\[\d+\](?:\.\w+)?|actions\.\w+\[\d+\](?:\.\w+)?)/g;

/** A sentence of the server with the words for the fields that it names. */
export function inWords(sentence: string): string {
  const text = sentence
    .replace(PATHS, (path) => wordsOf(path.replace(/\[(\d+)\]/g, '.$1')))
    .replace(/ is missing; it is text\.$/, ' is missing.');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is wrong, behind the words for the field if the sentence does not begin with them. */
export function describeIssue({
  field,
  message,
}: {
  readonly field: string;
  readonly message: string;
}): string {
  const words = wordsOf(field);
  if (field === 'json') return message;
  return message.startsWith(words) ? message : `${words}: ${message}`;
}

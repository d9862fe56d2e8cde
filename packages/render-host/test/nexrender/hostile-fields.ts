/* The fields of a job that hold texts. Long because: it is one table. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Did, Project } from './after-effects-world.ts';

export type Asset = Record<string, unknown> & { type: string };
export type Job = { template: Record<string, unknown>; assets: Asset[] };

/** Where the job of a hostile text has its files. */
export type Places = {
  /** The folder of the sources, with `a.aep` and `film.mov`. */
  assets: string;
  /** The folder into which nexrender downloads. */
  work: string;
  server: string;
};

/** What a script did, and the composition in nexrender's own object in that script. */
type Seen = Did & { composition: unknown };

/** A field of a job that may hold any text. */
export type Field = {
  name: string;
  job(text: string, places: Places): Job;
  /** The value of the field that the script shows after it ran. */
  reads(seen: Seen): unknown;
  /** The expected value; default: the text itself. */
  expected?(text: string, places: Places): unknown;
  /** The project in which the script finds the things that it looks for. */
  project?(text: string): Partial<Project>;
  /** The texts that the check refuses in this field; default: none. */
  refused?: RegExp;
  /** True when nexrender itself fails with some of the texts. */
  mayFail?: boolean;
  /** True when the job brings code, so that scripts must be allowed. */
  needsScripts?: boolean;
};

const CONTROL = /\p{Cc}/u;
const NO_FILE_NAME = /[/\\:$"|<>?*\p{Cc}]|[. ]$/u;
/** Characters that the path of a source may not contain. */
const NO_PATH = /[$|:]/;

/** Makes a file name from the text, as far as that is possible. */
function asFileName(text: string): string {
  return Buffer.from(text.replace(/[/\0]/g, '_')).toString();
}

const job = (asset: Asset, template: Job['template'] = {}): Job => ({
  template: { composition: 'main', ...template },
  assets: [asset],
});
const address = (...names: string[]) => `file://${encodeURI(join(...names))}`;
const imported = (did: Did) => did.imported.map(({ path }) => path);
const set = (did: Did) => did.set.map(({ to }) => to);

function addFile(text: string, { assets }: Places): string {
  const name = asFileName(text);
  writeFileSync(join(assets, name), text);
  return address(assets, name);
}

function footageOf(type: string) {
  const film = ({ assets }: Places) => pathToFileURL(join(assets, 'film.mov')).href;
  return (places: Places, more: object) =>
    job({ type, layerName: 'layer', src: film(places), name: 'film.mov', ...more });
}

function listFootageFields(type: string): Field[] {
  const footage = footageOf(type);
  const one: Pick<Field, 'reads' | 'expected'> = {
    reads: imported,
    expected: (_, { work }) => [join(work, 'film.mov')],
  };
  return [
    {
      ...{ name: `layerName of ${type}`, ...one, refused: CONTROL },
      job: (text, places) => footage(places, { layerName: text }),
      project: (text) => ({ layer: text }),
    },
    {
      ...{ name: `composition of ${type}`, ...one, refused: CONTROL },
      job: (text, places) => footage(places, { composition: text }),
      project: (text) => ({ composition: text }),
    },
    {
      ...{ name: `name of ${type}`, reads: imported, refused: NO_FILE_NAME },
      job: (text, places) => footage(places, { name: text }),
      expected: (text, { work }) => [join(work, text)],
    },
    {
      name: `flags of ${type}`,
      job: (text, places) => footage(places, { sequence: text, removeOld: text }),
      reads: (did) => did.imported.map(({ sequence }) => sequence),
      expected: () => [true],
    },
  ];
}

function listSourceFields(type: string): Field[] {
  const footage = footageOf(type);
  const original: Pick<Field, 'reads' | 'expected' | 'refused'> = {
    reads: imported,
    expected: (text, { assets }) => [join(assets, asFileName(text))],
    refused: NO_PATH,
  };
  return [
    {
      ...{ name: `own file of ${type}`, ...original },
      job: (text, places) => footage(places, { src: addFile(text, places), useOriginal: true }),
    },
    {
      ...{ name: `own sequence of ${type}`, ...original },
      job: (text, places) =>
        footage(places, { src: addFile(text, places), useOriginal: true, sequence: true }),
    },
    {
      name: `copied file of ${type}`,
      job: (text, places) => footage(places, { src: addFile(text, places), name: undefined }),
      reads: (did) => imported(did).length,
      expected: () => 1,
      refused: NO_PATH,
    },
    {
      name: `address of ${type}`,
      job: (text, places) =>
        footage(places, { src: `${places.server}/${encodeURI(asFileName(text))}`, name: '' }),
      reads: (did) => imported(did).length,
      expected: () => 1,
    },
    {
      name: `data: address of ${type}`,
      job: (text, places) =>
        footage(places, { src: `data:image/${encodeURI(asFileName(text))};base64,AAAA`, name: '' }),
      reads: (did) => imported(did).length,
      expected: () => 1,
      mayFail: true,
    },
  ];
}

const data = (more: object): Job =>
  job({ type: 'data', layerName: 'layer', property: 'Source Text', value: 'x', ...more });
const DATA: Field[] = [
  {
    ...{ name: 'layerName of data', reads: set, expected: () => ['x'], refused: CONTROL },
    job: (text) => data({ layerName: text }),
    project: (text) => ({ layer: text }),
  },
  {
    ...{ name: 'composition of data', reads: set, expected: () => ['x'], refused: CONTROL },
    job: (text) => data({ composition: text }),
    project: (text) => ({ composition: text }),
  },
  {
    name: 'property of data',
    job: (text) => data({ property: text }),
    reads: (did) => did.set.map(({ path }) => path.join('.')),
    expected: (text) => [text],
    project: (text) => ({ depth: text.split('.').length }),
    refused: CONTROL,
  },
  {
    name: 'property chain of data',
    job: (text) => data({ property: `Effects->${text}->Slider` }),
    reads: (did) => did.set.map(({ path }) => path.join('->')),
    expected: (text) => [`Effects->${text}->Slider`],
    project: () => ({ depth: 3 }),
    refused: CONTROL,
  },
  {
    ...{ name: 'value of data', reads: set, expected: (text) => [text] },
    job: (text) => data({ value: text }),
  },
  {
    name: 'list as value of data',
    job: (text) => data({ value: [text, 1, null, true, [text]] }),
    reads: set,
    expected: (text) => [[text, 1, null, true, [text]]],
  },
  {
    name: 'object as value of data',
    job: (text) => data({ value: { [text]: { a: text, b: [text, 0.5] } } }),
    reads: set,
    expected: (text) => [{ [text]: { a: text, b: [text, 0.5] } }],
  },
  {
    ...{ name: 'expression of data', needsScripts: true, expected: (text) => [text] },
    job: (text) => data({ value: undefined, expression: text }),
    reads: (did) => did.set.flatMap(({ how, to }) => (how === 'expression' ? to : [])),
  },
];

/** The script of the job records the value of a parameter in this world. */
const TELLS = 'did.set.push({ path: [], how: "value", to: NX.get(project.key) });';
const script = (parameters: object[]): Job =>
  job({ type: 'script', src: `data:text/javascript,${encodeURI(TELLS)}`, parameters });
const parameter: Pick<Field, 'reads' | 'needsScripts'> = { reads: set, needsScripts: true };
const SCRIPT: Field[] = [
  {
    ...{ name: 'key of a parameter', ...parameter, expected: () => ['x'] },
    job: (text) => script([{ key: text, value: 'x' }]),
    project: (text) => ({ key: text }),
  },
  {
    ...{ name: 'value of a parameter', ...parameter, expected: (text) => [text] },
    job: (text) => script([{ key: 'own', value: text }]),
    project: () => ({ key: 'own' }),
  },
  {
    ...{ name: 'object as value of a parameter', ...parameter },
    job: (text) => script([{ key: 'own', value: { [text]: [text] } }]),
    expected: (text) => [{ [text]: [text] }],
    project: () => ({ key: 'own' }),
  },
];

const OTHERS: Field[] = [
  {
    name: 'composition of the template',
    job: (text) => ({ ...data({}), template: { composition: text } }),
    reads: (did) => did.composition,
    refused: CONTROL,
  },
  {
    ...{ name: 'name of the template', reads: set, expected: () => ['x'], refused: NO_FILE_NAME },
    job: (text) => ({ ...data({}), template: { composition: 'main', name: text } }),
  },
  {
    ...{ name: 'own file of the template', reads: set, expected: () => ['x'] },
    job: (text, places) => ({
      ...data({}),
      template: { composition: 'main', src: addFile(text, places), useOriginal: true },
    }),
    refused: /[$|:]|%[0-9a-f]{2}/,
  },
  {
    ...{ name: 'file of static', reads: imported, expected: () => [], refused: NO_PATH },
    job: (text, places) => job({ type: 'static', src: addFile(text, places) }),
  },
  {
    ...{ name: 'name of static', reads: imported, expected: () => [], refused: NO_FILE_NAME },
    job: (text, places) =>
      job({ type: 'static', src: address(places.assets, 'film.mov'), name: text }),
  },
];

export const FIELDS: readonly Field[] = [
  ...['image', 'audio', 'video'].flatMap((type) => [
    ...listFootageFields(type),
    ...listSourceFields(type),
  ]),
  ...DATA,
  ...SCRIPT,
  ...OTHERS,
];

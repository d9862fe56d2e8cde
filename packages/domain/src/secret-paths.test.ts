import { expect, test } from 'vitest';
import {
  HIDDEN_LIMITS,
  hidesTooMuch,
  joinSecrets,
  splitSecrets,
  textsOfSecrets,
} from './job-secrets.ts';
import type { Json } from './json.ts';
import {
  resolveSecretPaths,
  SECRET_LOOKS_LIMIT,
  SECRET_PLACES_LIMIT,
  writePath,
  writeSecretPath,
} from './secret-paths.ts';
import { HIDDEN } from './secret-text.ts';

const JOB = {
  template: { src: 'a.aep', composition: 'main' },
  tags: 'ae-2024',
  assets: [
    { value: 'Blue Falcon', params: { sku: 4711, 'a.b': true } },
    { value: 'x', params: null },
  ],
  actions: { postrender: [{ module: 'm', output: 'o.mov', note: 'n' }] },
};
const resolve = (...named: string[]) => resolveSecretPaths(JOB, named);

test.each([
  ['assets.0.value', [['assets', 0, 'value']]],
  ['assets[0].value', [['assets', 0, 'value']]],
  [
    'assets.*.value',
    [
      ['assets', 0, 'value'],
      ['assets', 1, 'value'],
    ],
  ],
  [
    'assets[*].params.*',
    [
      ['assets', 0, 'params', 'sku'],
      ['assets', 0, 'params', 'a.b'],
    ],
  ],
  ['template', [['template']]],
  ['actions.postrender.0.note', [['actions', 'postrender', 0, 'note']]],
])('%s leads to %j', (named, paths) => {
  expect(resolve(named)).toEqual({ ok: true, paths });
});

test.each([
  'assets.2.value',
  'assets.0.valu',
  'asset.*',
  'template.src.a',
  '',
  'assets.0.constructor',
])('the path %j leads nowhere, so it is refused', (named) => {
  const sentence = `The job has no value at ${named}.`;
  expect(resolve('template.src', named)).toEqual({ ok: false, index: 1, sentence });
});

test.each([
  ['tags', 'tags cannot be secret: everyone reads it in the queue.'],
  ['*', 'tags cannot be secret: everyone reads it in the queue.'],
  ['actions', 'actions cannot be secret: it has the place of an output.'],
  [
    'actions.*.*.*',
    'actions.postrender[0].output cannot be secret: it has the place of an output.',
  ],
])('%s is refused, because everyone can read that value', (named, sentence) => {
  expect(resolve(named)).toEqual({ ok: false, index: 0, sentence });
});

/** A list that counts how often one of its items is read. */
function countedList(length: number, item: Json) {
  const reads = { count: 0 };
  const list: Json[] = new Proxy(Array<Json>(length).fill(item), {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads.count += 1;
      return Reflect.get(target, key);
    },
  });
  return { reads, list };
}

test('the number of named places is limited, and equal paths are resolved once', () => {
  const { list, reads } = countedList(SECRET_PLACES_LIMIT, 0);
  const equal = Array.from({ length: 200 }, () => 'a.*');
  const most = resolveSecretPaths({ a: list }, equal);
  expect(most.ok && most.paths).toHaveLength(SECRET_PLACES_LIMIT);
  expect(reads.count).toBe(SECRET_PLACES_LIMIT);
  expect(resolveSecretPaths({ a: list, b: 1 }, [...equal, 'a[*]', 'b'])).toEqual({
    ok: false,
    index: 201,
    sentence:
      'The paths name more than 1000 values, the last ones by b. ' +
      'Name the list or the object that holds them.',
  });
});

test.each(['a.*', 'a.*.b', '*.*.*'])('%s stops at a list that is too long', (path) => {
  const { list, reads } = countedList(SECRET_LOOKS_LIMIT + 1, { b: { c: 1 } });
  expect(resolveSecretPaths({ a: list, x: 1 }, ['x', path])).toEqual({
    ok: false,
    index: 1,
    sentence:
      `The * stand for more than 100000 values, as in ${path}. ` +
      'Name the list or the object that holds them.',
  });
  expect(reads.count).toBe(0);
});

test('many paths through one list share one budget', () => {
  const { list, reads } = countedList(SECRET_LOOKS_LIMIT / 10, {});
  const named = Array.from({ length: 100 }, (_, n) => `a.*.b${n}`);
  list[0] = Object.fromEntries(named.map((_, n) => [`b${n}`, n]));
  expect(resolveSecretPaths({ a: list }, named)).toMatchObject({ ok: false, index: 10 });
  expect(reads.count).toBe(SECRET_LOOKS_LIMIT);
});

test('a value inside another named value is hidden once', () => {
  expect(resolve('assets.0.params.sku', 'assets.0', 'assets.0.*')).toEqual({
    ok: true,
    paths: [['assets', 0]],
  });
});

test('named values are hidden with those that the rules find, and restored exactly', () => {
  const job = { ...JOB, credentials: { user: 'maria', password: 'x1' }, empty: '', none: null };
  const named = resolveSecretPaths(job, ['assets.*.*', 'credentials.user', 'empty', 'none']);
  if (!named.ok) throw new Error(named.sentence);
  const { shown, secrets, hidden } = splitSecrets(job, named.paths);
  expect(shown).toEqual({
    ...JOB,
    assets: [
      { value: HIDDEN, params: HIDDEN },
      { value: HIDDEN, params: null },
    ],
    credentials: HIDDEN,
    empty: '',
    none: null,
  });
  expect(joinSecrets(shown, secrets)).toStrictEqual(job);
  expect(hidden.map(({ path, kinds }) => `${writePath(path)} ${kinds.join()}`)).toEqual([
    'assets[0].value named by the job',
    'assets[0].params named by the job',
    'assets[1].value named by the job',
    'credentials.user named by the job',
    'credentials by its name',
  ]);
  // `true` is no text that a log could repeat.
  expect([...textsOfSecrets(shown, secrets)].sort()).toEqual([
    '4711',
    'Blue Falcon',
    'maria',
    'x',
    'x1',
  ]);
});

test('only secrets that were hidden whole give texts', () => {
  const secrets = [
    { path: ['src'], value: 'https://user:pw@host/a.aep' },
    { path: ['src', 'b'], value: 'x' },
    { path: ['list', 'b'], value: 'x' },
    { path: ['none', 'b'], value: 'x' },
    { path: ['object', 'b'], value: 'x' },
  ];
  const shown = { src: `https://${HIDDEN}@host/a.aep`, list: [1], none: null, object: {} };
  expect(textsOfSecrets(shown, secrets)).toEqual([]);
});

test('a path is written as a submitter names it', () => {
  expect(writePath(['assets', 0, 'params', 'a.b'])).toBe('assets[0].params.a.b');
  expect(writePath([0, 'a'])).toBe('[0].a');
  expect(writeSecretPath(['assets', 0, 'params', 'a.b'])).toBe('assets.0.params.*');
  expect(resolve(writeSecretPath(['assets', 0, 'value']))).toMatchObject({ ok: true });
});

test('a job hides a limited number of values, under names of a limited length', () => {
  const passwords = (count: number, at = 'pw') =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`${at}${n}`, n]));
  const tooMuch = (job: Json) => hidesTooMuch(splitSecrets(job));
  expect(tooMuch({ list: passwords(HIDDEN_LIMITS.places) })).toBe(null);
  expect(tooMuch({ list: passwords(HIDDEN_LIMITS.places + 1) })).toBe(
    'has 10001 values that are hidden as secrets, and may have 10000. Put them into fewer fields.',
  );
  expect(tooMuch({ ['k'.repeat(HIDDEN_LIMITS.characters / 4)]: passwords(1) })).toBe(null);
  expect(tooMuch({ ['k'.repeat(HIDDEN_LIMITS.characters / 4)]: passwords(2) })).toBe(
    'has too long names of fields on the way to values that are hidden as secrets: more than ' +
      '1000000 characters in all.',
  );
});

test('for a JSON text with many secrets only their number is shown', () => {
  const kindsOf = (length: number) => {
    const text = JSON.stringify({ ['k'.repeat(length)]: { pw1: 'a', pw2: 'b' } });
    return splitSecrets({ text }).hidden.map(({ kinds }) => kinds);
  };
  const name = 'k'.repeat(4000);
  expect(kindsOf(4000)).toEqual([[`by its name in ${name}.pw1`, `by its name in ${name}.pw2`]]);
  expect(kindsOf(5000)).toEqual([['2 values in JSON']]);
});

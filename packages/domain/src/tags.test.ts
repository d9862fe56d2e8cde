import { expect, test } from 'vitest';
import {
  findNoHostOffers,
  nameNoHost,
  readTags,
  tagsOfNexrenderJob,
  warnOfNoHost,
} from './tags.ts';

test.each([
  { text: '', tags: [] },
  { text: ' c4d , ae24,,c4d', tags: ['ae24', 'c4d'] },
  { text: 'größe,a-b', tags: ['a-b', 'größe'] },
  { text: 'B,a', tags: ['B', 'a'] },
  { text: ' after  effects ,gpu', tags: ['after_effects', 'gpu'] },
  { text: ['gpu', ' after effects', 'a,b', ''], tags: ['a', 'after_effects', 'b', 'gpu'] },
])('reads "$text"', ({ text, tags }) => {
  expect(readTags(text)).toEqual({ ok: true, tags });
});

test.each(['a+b', 'a!b', '😀', 'a\u0000', 'x'.repeat(33)])('refuses "%s"', (text) => {
  expect(readTags(`ok,${text}`)).toMatchObject({ ok: false });
});

test('refuses more tags than an index should hold', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, at) => `t${at}`).join();
  expect(readTags(tags(16))).toMatchObject({ ok: true });
  expect(readTags(tags(17))).toEqual({ ok: false, sentence: 'has at most 16 tags' });
});

test('sets of tags sort as lists of their tags, whatever follows a comma', () => {
  for (const tag of ['-', '.', '/', '0', 'B', 'ß']) {
    expect(readTags(`a${tag}`).ok).toBe(true);
    expect(['a', 'a,z', `a${tag}`].sort()).toEqual(['a', 'a,z', `a${tag}`]);
  }
});

test('the text of a job without tags gives no tags', () => {
  for (const job of [null, 'x', {}, { tags: null }, { tags: 7 }, { tags: 'a+b' }, { tags: [1] }])
    expect(tagsOfNexrenderJob(job)).toEqual([]);
  expect(tagsOfNexrenderJob({ tags: 'b,a' })).toEqual(['a', 'b']);
  expect(tagsOfNexrenderJob({ tags: ['b', 'a'] })).toEqual(['a', 'b']);
});

test('findNoHostOffers gives the tags that no host offers', () => {
  const offers = [['a', 'b'], ['c'], []];
  expect(findNoHostOffers(['a', 'b'], offers)).toBeNull();
  expect(findNoHostOffers([], [])).toBeNull();
  expect(findNoHostOffers(['a', 'd'], offers)).toEqual(['d']);
  expect(findNoHostOffers(['a', 'c'], offers)).toEqual([]);
});

test('warnOfNoHost names the tags that no host offers', () => {
  expect(nameNoHost(['ae24', 'c4d'], ['c4d'])).toBe('No host offers: c4d');
  expect(warnOfNoHost(['ae24', 'c4d'], ['c4d'])).toMatch(/^No host offers: c4d\. .*whole queue\.$/);
  expect(warnOfNoHost(['ae24', 'c4d'], [])).toMatch(/^No host offers all of: ae24, c4d\. /);
});

import { expect, it } from 'vitest';
import { named, visibleSentence } from './sentence.ts';

const DAVID = '\u05d3\u05d5\u05d3';

it('a name with right-to-left letters is isolated, and no other', () => {
  expect(visibleSentence(`${named(DAVID)} 12: ${named('ada')}`)).toBe(
    `\u2068${DAVID}\u2069 12: ada`,
  );
});

it.each([
  ['the end of an isolate', `${DAVID}\u2069`, `\u2068${DAVID}\\u2069\u2069`],
  ['an override', `\u202e${DAVID}`, `\u2068\\u202e${DAVID}\u2069`],
  ['an isolate around other letters', '\u2068ada\u2069', '\\u2068ada\\u2069'],
])('a name cannot leave its isolate: %s', (_what, name, shown) => {
  expect(visibleSentence(named(name))).toBe(shown);
});

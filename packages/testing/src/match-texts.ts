/* In what a test expects, a RegExp stands for a text: in `toMatchObject`, any text would fit it. */
import { expect } from 'vitest';

const DONE = Symbol.for('renderdeck.match-texts');

// The test files of one worker share what they expect, and each of them runs this file.
if (!Reflect.has(globalThis, DONE)) {
  Reflect.set(globalThis, DONE, true);
  expect.addEqualityTesters([
    (actual: unknown, expected: unknown) =>
      expected instanceof RegExp && !(actual instanceof RegExp)
        ? typeof actual === 'string' && expected.test(actual)
        : undefined,
  ]);
}

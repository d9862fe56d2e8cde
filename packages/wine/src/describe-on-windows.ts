import { afterEach, beforeEach, describe, test } from 'vitest';
import { wineOfSuite } from './open-wine.ts';
import { MOST_REPEATS } from './run-cases.ts';
import type { Wine } from './wine.ts';
import { wineMissing } from './wine-programs.ts';

/**
 * A test suite that has a Windows machine of its own and closes the machine after the last test.
 * When Wine itself crashes during a test, the machine boots again and the test runs again, up to
 * MOST_REPEATS times (`startServer` in open-wine.ts tells why it crashes).
 * Where Wine is missing, the suite is one skipped test, and its name says why.
 */
export function describeOnWindows(name: string, body: (wine: Wine) => void): void {
  if (wineMissing !== null) {
    test.skipIf(true)(`${name} (${wineMissing})`, () => undefined);
    return;
  }
  const retry = { count: MOST_REPEATS, condition: /^Wine itself crashed/ };
  describe(name, { retry }, () => {
    const wine = wineOfSuite();
    beforeEach(async () => {
      if (wine.hasCrashed()) await wine.powerOff();
    });
    // The hook added first runs last, and `condition` reads the last error.
    afterEach(() => {
      if (wine.hasCrashed()) throw new Error('Wine itself crashed.');
    });
    body(wine);
  });
}

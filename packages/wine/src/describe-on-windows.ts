import { afterAll, afterEach, beforeEach, describe, test } from 'vitest';
import { openWine } from './open-wine.ts';
import { MOST_REPEATS } from './run-cases.ts';
import type { Wine } from './wine.ts';
import { wineMissing } from './wine-programs.ts';

/**
 * A suite with a Windows machine of its own, which is closed after its last test. A test during
 * which Wine itself crashes runs again, up to three times, on the machine as it boots after that:
 * while the server of Wine ends a job, it may read an ended process that it has just freed. Where
 * Wine is missing it is one skipped test, whose name says why.
 */
export function describeOnWindows(name: string, body: (wine: Wine) => void | Promise<void>): void {
  if (wineMissing !== null) {
    test.skipIf(true)(`${name} (${wineMissing})`, () => undefined);
    return;
  }
  const retry = { count: MOST_REPEATS, condition: /^Wine itself crashed/ };
  describe(name, { retry }, async () => {
    const wine = await openWine();
    beforeEach(async () => {
      if (wine.hasCrashed()) await wine.powerOff();
    });
    // The first hook runs last, and the condition reads the last error.
    afterEach(() => {
      if (wine.hasCrashed()) throw new Error('Wine itself crashed.');
    });
    afterAll(() => wine.close());
    try {
      await body(wine);
    } catch (error) {
      // Then no hook runs.
      await wine.close();
      throw error;
    }
  });
}

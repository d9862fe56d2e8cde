import { afterAll, describe, test } from 'vitest';
import { openWine } from './open-wine.ts';
import type { Wine } from './wine.ts';
import { wineMissing } from './wine-programs.ts';

/**
 * A suite with a Windows machine of its own, which is closed after its last test. Where Wine is
 * missing it is one skipped test, whose name says why.
 */
export function describeOnWindows(name: string, body: (wine: Wine) => void | Promise<void>): void {
  if (wineMissing !== null) {
    test.skipIf(true)(`${name} (${wineMissing})`, () => undefined);
    return;
  }
  describe(name, async () => {
    const wine = await openWine();
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

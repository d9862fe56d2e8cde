import { afterEach, beforeEach } from 'vitest';

/** What `make` makes for each test of a file. After the test it is removed. */
export function ofEachTest<Made extends { remove(): Promise<unknown> }>(
  make: () => Promise<Made>,
): Made {
  let made: Made;
  beforeEach(async () => {
    made = await make();
  });
  afterEach(() => made.remove());
  return new Proxy({} as Made, { get: (_, name) => Reflect.get(made, name) });
}

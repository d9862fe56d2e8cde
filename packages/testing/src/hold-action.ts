import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Hold = {
  /** The action for a nexrender job. */
  readonly action: { readonly module: string; readonly hold: string };
  /** True when a render has reached the action. */
  isHeld(): boolean;
  release(): Promise<void>;
};

/**
 * Writes an action module that holds a render between two of its steps. When a render reaches the
 * action, the action writes a file and then waits until it is released.
 */
export async function writeHoldAction(
  folder: string,
): Promise<{ readonly module: string; hold(): Hold }> {
  const module = join(folder, 'hold.cjs');
  await writeFile(
    module,
    `const fs = require('node:fs');
module.exports = async (job, settings, { hold }) => {
  fs.writeFileSync(hold + '.reached', '');
  while (!fs.existsSync(hold + '.released'))
    await new Promise((resolve) => setTimeout(resolve, 10));
  return job;
};
`,
  );
  let holds = 0;
  return {
    module,
    hold() {
      holds += 1;
      const path = join(folder, `hold-${holds}`);
      return {
        action: { module, hold: path },
        isHeld: () => existsSync(`${path}.reached`),
        release: () => writeFile(`${path}.released`, ''),
      };
    },
  };
}

import { expect, test } from 'vitest';
import { startBenchFarm } from '../src/bench-farm.ts';
import { ENTRIES } from '../src/entries.ts';
import { TINY } from '../src/sizes.ts';

/** These entries run in this process. The other entries start programs. */
const IN_THIS_PROCESS = 'submit claim set-priority delayed counts cancel-queued tags churn'.split(
  ' ',
);

test('each entry that starts no other program returns numbers for every row', async () => {
  const farm = await startBenchFarm();
  try {
    for (const name of IN_THIS_PROCESS) {
      const rows =
        (await ENTRIES.find((entry) => entry.name === name)?.measure(farm, TINY, [])) ?? [];
      expect(rows.length, name).toBeGreaterThan(2);
      const numbers = rows.map(({ p50, ratio }) => `${p50} ${ratio}`).join('; ');
      expect(numbers, name).not.toMatch(/NaN|Infinity/);
      expect(rows.filter(({ samples, what }) => samples === 0 || what === '')).toEqual([]);
    }
  } finally {
    await farm.close();
  }
});

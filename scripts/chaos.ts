/**
 * `pnpm chaos --minutes 60` lets faults happen to a whole farm for an hour and then looks whether
 * every promise holds (apps/e2e/chaos/run-chaos.ts). It prints its seed;
 * `--seed` repeats the order of the faults.
 * `--faults` is a part of the names of the only faults that happen. `--logs` is a folder for what
 * each program said.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { TOP } from './tracked-files.ts';

const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    faults: { type: 'string' },
    logs: { type: 'string' },
  },
});
console.log(`chaos: seed ${values.seed}`);
const given = {
  RENDERDECK_CHAOS_MINUTES: values.minutes,
  RENDERDECK_TEST_SEED: values.seed,
  RENDERDECK_CHAOS_FAULTS: values.faults,
  RENDERDECK_CHAOS_LOGS: values.logs,
};
const env = Object.fromEntries(
  Object.entries(given).filter(([, value]) => value !== undefined && value !== ''),
);
const { exitCode } = await execa(
  'vitest',
  ['run', '--config', 'vitest.workspace.ts', '--project', 'e2e', 'chaos'],
  { cwd: TOP, preferLocal: true, localDir: TOP, stdio: 'inherit', reject: false, env },
);
process.exitCode = exitCode;

import { setTimeout as delay } from 'node:timers/promises';
import type { BenchFarm } from '../bench-farm.ts';
import { type Finding, round } from '../finding.ts';
import { cpuSeconds, findFamily, residentMb } from '../processes.ts';
import type { Sizes } from '../sizes.ts';

const MOST_CPU_PERCENT = 1;
const MOST_MB = 120;
/** After a minute, the garbage of the start has been collected. */
const SETTLE_MS = 60_000;

/**
 * Measures CPU and memory of an idle daemon and its child processes, one minute after its start.
 */
export async function measureIdleDaemon(farm: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const forMs = name === 'full' ? 60_000 : 3000;
  const worker = await farm.worker(await farm.database());
  await delay(name === 'full' ? SETTLE_MS : forMs);
  const family = findFamily(worker.pid);
  const before = cpuSeconds(family);
  const startedAt = performance.now();
  await delay(forMs);
  const cpuPercent = ((cpuSeconds(family) - before) * 100_000) / (performance.now() - startedAt);
  const mb = await residentMb(family);
  await worker.end();
  const rest = { samples: 1, p99: '', ratio: '' };
  return [
    {
      ...rest,
      what: `idle daemon: CPU over ${round(forMs / 1000)} s`,
      p50: `${round(cpuPercent)} %`,
      target: `< ${MOST_CPU_PERCENT} % of a core`,
      met: cpuPercent < MOST_CPU_PERCENT,
    },
    {
      ...rest,
      what: `idle daemon: resident memory, processes: ${family.length}`,
      p50: `${round(mb)} MB`,
      target: `< ${MOST_MB} MB`,
      met: mb < MOST_MB,
    },
  ];
}

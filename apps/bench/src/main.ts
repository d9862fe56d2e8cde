/*
 * `bench [--quick | --large]` measures the targets of Renderdeck: medians, p99 and ratios. For each
 * ratio both sides take turns in one run. It prints `met` or `not met`. It does not fail when a
 * target is not met, because the numbers depend on the load of the machine.
 *
 * --quick  Short renders and few samples. It takes a few minutes.
 * --large  Also measures a queue of a million jobs.
 */
import { availableParallelism, loadavg } from 'node:os';
import { type BenchFarm, startBenchFarm } from './bench-farm.ts';
import { measureCancel } from './cancel.ts';
import type { Finding } from './finding.ts';
import { measureIdleDaemon } from './idle-daemon.ts';
import { measureOverhead } from './overhead.ts';
import { printTable } from './print-table.ts';
import { measureQueue } from './queue.ts';
import { measureSignIn } from './sign-in.ts';

const options = new Set(process.argv.slice(2).filter((arg) => arg !== '--'));
const quick = options.delete('--quick');
const large = options.delete('--large');

type Measurement = readonly [what: string, measure: (farm: BenchFarm) => Promise<Finding[]>];
const MEASUREMENTS: readonly Measurement[] = [
  ['cancel', (farm) => measureCancel(farm, quick ? 10 : 30)],
  ['idle daemon', (farm) => measureIdleDaemon(farm, quick ? 20_000 : 60_000)],
  [
    'queue',
    (farm) => measureQueue(farm, large ? [100_000, 1_000_000] : [100_000], quick ? 30 : 100),
  ],
  ['sign-in', (farm) => measureSignIn(farm, quick ? 100 : 400)],
  [
    'overhead',
    (farm) => (quick ? measureOverhead(farm, 3, 5000) : measureOverhead(farm, 3, 30_000)),
  ],
];

async function bench(): Promise<void> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  const farm = await startBenchFarm();
  const findings: Finding[] = [];
  try {
    for (const [what, measure] of MEASUREMENTS) {
      process.stderr.write(`measuring: ${what} …\n`);
      findings.push(...(await Promise.race([measure(farm), interrupted])));
    }
  } finally {
    await farm.close();
    const load = loadavg().map((one) => one.toFixed(1));
    const machine = `${availableParallelism()} cores, load ${load.join(' ')}`;
    const programs = `Node ${process.version}, PostgreSQL without fsync`;
    process.stdout.write(`${machine}, ${programs}\n\n${printTable(findings)}\n`);
  }
}

if (options.size > 0) {
  process.stderr.write(`There is no ${[...options].join(' ')}: bench [--quick | --large].\n`);
  process.exitCode = 1;
} else {
  await bench();
}

/*
 * `bench [--quick | --large]`: what Renderdeck promises in numbers, measured on this machine: medians, p99 and ratios, each ratio from one run in which both
 * sides took turns. It says `met` or `not met` and fails for neither: a busy machine measures itself.
 *
 * --quick  short renders and few samples: a few minutes.
 * --large  a queue of a million jobs too.
 */
import { availableParallelism, loadavg } from 'node:os';
import { type BenchFarm, startBenchFarm } from './bench/bench-farm.ts';
import { measureCancel } from './bench/cancel.ts';
import type { Finding } from './bench/finding.ts';
import { measureIdleDaemon } from './bench/idle-daemon.ts';
import { measureOverhead } from './bench/overhead.ts';
import { printTable } from './bench/print-table.ts';
import { measureQueue } from './bench/queue.ts';
import { measureSignIn } from './bench/sign-in.ts';

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
    const machine = `${availableParallelism()} cores, load ${load.join(' ')}, Node ${process.version}, PostgreSQL without fsync`;
    process.stdout.write(`${machine}\n\n${printTable(findings)}\n`);
  }
}

if (options.size > 0) {
  process.stderr.write(`There is no ${[...options].join(' ')}: bench [--quick | --large].\n`);
  process.exitCode = 1;
} else {
  await bench();
}

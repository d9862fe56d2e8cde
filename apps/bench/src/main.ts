/*
 * `bench [--quick] [NAME…]` measures the targets of Renderdeck: medians, p99 and ratios. For each
 * ratio, both sides take turns in one run. The program prints `met` or `not met` and writes
 * docs/benchmarks.md. It does not fail when a target is not met, because the numbers depend on the
 * load of the machine.
 *
 * --quick  Uses smaller queues and few samples, takes three minutes, and only prints the result.
 * NAME     Measures only the named entries, for example `claim find`.
 *
 * `bench farm` (farm/farm-load.ts) and `bench estimates` have options of their own. With them, they
 * only print.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { type BenchFarm, startBenchFarm } from './bench-farm.ts';
import { ENTRIES, type Entry } from './entries.ts';
import type { Finding } from './finding.ts';
import { FULL, QUICK, type Sizes } from './sizes.ts';
import { printTable, writeReport } from './write-report.ts';

const options = process.argv.slice(2).filter((arg) => arg !== '--');
const sizes = options.includes('--quick') ? QUICK : FULL;
const given = options.filter((option) => option !== '--quick');
const optionsFrom = given.findIndex((option) => option.startsWith('--'));
const names = optionsFrom < 0 ? given : given.slice(0, optionsFrom);
/** For the entry, if only one is named. */
const entryOptions = optionsFrom < 0 ? [] : given.slice(optionsFrom);
const wanted = ENTRIES.filter(({ name }) => names.length === 0 || names.includes(name));

const PACKAGE = new URL('../package.json', import.meta.url);

/** Describes the machine, and every program with its version and settings. */
async function describeMachine(farm: BenchFarm): Promise<string> {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    await readFile(PACKAGE, 'utf8'),
  );
  const others = ['graphile-worker', 'pg-boss', 'bullmq', '@nexrender/server'].map(
    (name) => `${name} ${devDependencies[name]}`,
  );
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${memory}`,
    `Node ${process.version}`,
    await farm.describePostgres(),
    ...others,
  ].join('; ');
}

/** Returns the load average of the machine over the last minute. */
function describeLoad(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`;
}

async function bench(): Promise<void> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  });
  const farm = await startBenchFarm();
  const findings: Finding[] = [];
  const machine = await describeMachine(farm);
  try {
    for (const entry of wanted)
      findings.push(...(await Promise.race([runEntry(farm, entry, machine), interrupted])));
  } finally {
    process.stdout.write(`${machine}; ${describeLoad()}\n\n${printTable(findings)}\n`);
    await farm.close();
  }
}

async function runEntry(farm: BenchFarm, entry: Entry, machine: string): Promise<Finding[]> {
  process.stderr.write(`measuring: ${entry.name} …\n`);
  const startedAt = performance.now();
  const before = describeLoad();
  const findings = await entry.measure(farm, sizes, entryOptions);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`  ${seconds} s\n`);
  const day = new Date().toISOString().slice(0, 10);
  const load = `${before} before, ${describeLoad()} after`;
  const measured = `${day}, in ${seconds} s; ${machine}; ${load}.`;
  // Write after each entry, so that a later interruption keeps what was measured.
  if (isWritten(sizes) && entryOptions.length === 0)
    await writeReport(
      [{ entry, findings, measured }],
      ENTRIES.map(({ name }) => name),
    );
  return findings;
}

function isWritten({ name }: Sizes): boolean {
  return name === 'full';
}

const hasOptions = names.length === 1 && wanted[0]?.options !== undefined;
if (wanted.length < Math.max(1, names.length) || (entryOptions.length > 0 && !hasOptions)) {
  const known = ENTRIES.map(({ name }) => name).join(', ');
  process.stderr.write(`bench [--quick] [NAME…], where NAME is one of ${known}.\n`);
  for (const { name, options: usage } of ENTRIES)
    if (usage !== undefined) process.stderr.write(`bench ${name} ${usage}\n`);
  process.exitCode = 1;
} else {
  await bench();
}

import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { BenchFarm } from './bench-farm.ts';

const PACKAGE = new URL('../package.json', import.meta.url);

/** The machine, and every program with its version and settings. */
export async function describeMachine(farm: BenchFarm): Promise<string> {
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

/** The load of the machine over the last minute, without unit. */
export function describeLoad(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`;
}

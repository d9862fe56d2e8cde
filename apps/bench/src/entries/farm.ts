/*
 * A whole farm on one machine: one API, one PostgreSQL, a million waiting jobs, a thousand hosts
 * with two slots, 200 pages and acts of admins, for ten minutes. docs/sizing.md has the results.
 * Each farm has a PostgreSQL of its own, because no other entry needs so many connections.
 */
import { judgeFarm } from '../farm/farm-findings.ts';
import { describeLoad, readFarmOptions } from '../farm/farm-load.ts';
import { writeFarmTables } from '../farm/farm-table.ts';
import { type FarmResult, measureFarm } from '../farm/measure-farm.ts';
import type { Finding } from '../finding.ts';
import type { Sizes } from '../sizes.ts';

export async function measureFarms(
  { farm }: Sizes,
  options: readonly string[],
): Promise<Finding[]> {
  const results: FarmResult[] = [];
  for (const load of readFarmOptions(options, farm)) {
    process.stderr.write(`  ${describeLoad(load)} for ${load.minutes} min …\n`);
    const result = await measureFarm(load);
    results.push(result);
    for (const { errors, hosts } of result.thirds)
      for (const line of [...errors.slice(0, 3), ...hosts.lines.slice(0, 3)])
        process.stderr.write(`  ${line.trimEnd()}\n`);
    process.stderr.write(`\n${writeFarmTables([result])}\n\n`);
  }
  if (results.length > 1) process.stderr.write(`\n${writeFarmTables(results)}\n\n`);
  return results.flatMap(judgeFarm);
}

import type { WireUsagePoint } from '@renderdeck/contract';
import type { Command } from 'commander';
import { jsonOption, wholeNumber } from './command-options.ts';
import { formatTable, shortTime } from './format-table.ts';
import type { Perform } from './perform.ts';

/** `ctl jobs usage`: CPU and memory of an attempt. */
export function addUsage(jobs: Command, perform: Perform): void {
  jobs
    .command('usage <id>')
    .description('CPU and memory of an attempt from its start on, by default of the newest')
    .option('--attempt <n>', 'the number of the attempt', wholeNumber)
    .addOption(jsonOption())
    .action((id: string, { attempt, json = false }: { attempt?: number; json?: boolean }) =>
      perform({ json }, async (api) => {
        const read = await api.getAttemptUsage.query({ id, attempt });
        const head = ['FROM', 'CPU MEAN', 'MOST', 'MEMORY MEAN', 'MOST', 'PROCESSES'];
        return { lines: formatTable(head, read.points.map(rowOf), 'No use yet.'), json: read };
      }),
    );
}

function rowOf({ at, cpuPercent, memoryBytes, processes }: WireUsagePoint): string[] {
  const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return [
    shortTime(at),
    `${cpuPercent.mean} %`,
    `${cpuPercent.max} %`,
    mb(memoryBytes.mean),
    mb(memoryBytes.max),
    String(processes),
  ];
}

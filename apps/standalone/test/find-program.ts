import { readFile } from 'node:fs/promises';
import { findFarmProcesses } from '@renderdeck/testing/farm-processes';

/** The pid of the API or the worker of the farm in this data folder. Null if none runs. */
export async function findProgram(dataDir: string, name: 'api' | 'worker'): Promise<number | null> {
  for (const { pid } of await findFarmProcesses(dataDir)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`programs/${name}.mjs`)) return pid;
  }
  return null;
}

import type { WireHost } from '@renderdeck/contract';

type Use = { readonly cpu: number | null; readonly memory: number | null };

/**
 * The share of the cores and of the memory of a host that its renders use, from 0 on. Null if it is
 * not known: the worker is older, or a render has no sample yet.
 */
export function useOf({ jobs, cpuCores, memoryBytes }: WireHost): Use {
  const samples = jobs.map(({ usage }) => usage);
  const known = samples.filter((sample) => sample !== null);
  if (cpuCores === null || memoryBytes === null || known.length < samples.length)
    return { cpu: null, memory: null };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    cpu: sum(known.map(({ cpuPercent }) => cpuPercent)) / (100 * cpuCores),
    memory: sum(known.map((one) => one.memoryBytes)) / memoryBytes,
  };
}

/** Below this, the page shows the free disk in red; a host with its own limit has a problem too. */
const LOW_DISK_BYTES = 20e9;

export function isDiskLow({ freeBytes }: Pick<WireHost, 'freeBytes'>): boolean {
  return freeBytes !== null && freeBytes < LOW_DISK_BYTES;
}

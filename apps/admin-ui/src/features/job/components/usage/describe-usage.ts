import { formatFileSize, type WireHost, type WireUsagePoint } from '@renderdeck/contract';

/** What a host has; null: not known. */
export type HostSize = Pick<WireHost, 'cpuCores' | 'memoryBytes'>;
type Value = (point: WireUsagePoint) => { readonly mean: number; readonly max: number };

export type Summary = { readonly most: number; readonly mean: number };

/** The true most and mean of an attempt: each point counts with its samples. */
export function summariseUsage(points: readonly WireUsagePoint[], of: Value): Summary {
  const samples = points.reduce((sum, point) => sum + point.samples, 0);
  const total = points.reduce((sum, point) => sum + of(point).mean * point.samples, 0);
  return {
    most: Math.max(...points.map((point) => of(point).max)),
    mean: samples === 0 ? 0 : total / samples,
  };
}

const CORE = 100;

/** In cores. */
export const cpuOf: Value = ({ cpuPercent: { mean, max } }) => ({
  mean: mean / CORE,
  max: max / CORE,
});
export const memoryOf: Value = ({ memoryBytes }) => memoryBytes;

/** "most 23.6 of 24 cores, mean 12.1". */
export function describeCpu({ most, mean }: Summary, { cpuCores }: HostSize): string {
  const of = cpuCores === null ? ' cores' : ` of ${cpuCores} cores`;
  return `most ${cores(most)}${of}, mean ${cores(mean)}`;
}

/** "most 16.4 GB of 64 GB, mean 11.7 GB". */
export function describeMemory({ most, mean }: Summary, { memoryBytes }: HostSize): string {
  const of = memoryBytes === null ? '' : ` of ${formatFileSize(memoryBytes)}`;
  return `most ${formatFileSize(most)}${of}, mean ${formatFileSize(mean)}`;
}

/** "12.1". */
export function cores(value: number): string {
  return value.toFixed(1);
}

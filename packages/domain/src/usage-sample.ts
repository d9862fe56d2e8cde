import { INTEGER, listOf, NUMBER, type Of, object, TIME } from './shape.ts';

const USAGE_SAMPLE = object({
  at: TIME,
  cpuPercent: NUMBER,
  /** Shared pages count once per process. */
  memoryBytes: NUMBER,
  processes: INTEGER,
});
export const USAGE_SAMPLES = listOf(USAGE_SAMPLE);
/** What a tree used at an instant. */
export type UsageSample = Of<typeof USAGE_SAMPLE>;
/** CPU in percent of one core, memory in bytes: for charts, never for decisions. */
export type TreeUsage = Omit<UsageSample, 'at'>;

/** CPU in percent of one core, memory in bytes: for charts, never for decisions. */
export type TreeUsage = {
  readonly cpuPercent: number;
  /** Shared pages count once per process. */
  readonly memoryBytes: number;
  readonly processes: number;
};

/** What a tree used at an instant. */
export type UsageSample = TreeUsage & { readonly at: string };

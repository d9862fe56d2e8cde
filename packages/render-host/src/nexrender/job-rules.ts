/** What this host allows; nothing that is not listed. */
export type JobRules = {
  /** Folders that `file://` sources may lie in. */
  assetRoots: string[];
  /** Folders that actions may write into. */
  outputRoots: string[];
  /** Action modules that may run. */
  actions: string[];
};

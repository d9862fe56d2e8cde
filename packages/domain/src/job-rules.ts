/** What a nexrender job may use. On a host an empty list allows nothing. */
export type JobRules = {
  /** Folders that `file://` sources may lie in. */
  readonly assetRoots: readonly string[];
  /** Folders that actions may write into. */
  readonly outputRoots: readonly string[];
  /** Action modules that may run. */
  readonly actions: readonly string[];
};

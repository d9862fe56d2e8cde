import type { PathView } from './path-view.ts';

/** What this host allows; nothing that is not listed. */
export type JobRules = {
  /** Folders that `file://` sources may lie in. */
  readonly assetRoots: readonly string[];
  /** Folders that actions may write into. */
  readonly outputRoots: readonly string[];
  /** Action modules that may run. */
  readonly actions: readonly string[];
};

/** The rules, and how the paths of a job are read by them. */
export type Bounds = JobRules & { readonly paths: PathView };

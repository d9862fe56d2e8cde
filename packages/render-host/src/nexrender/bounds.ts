import type { JobRules } from '@renderdeck/domain';
import type { PathView } from '../paths/path-view.ts';

/** The rules, and how they read the paths of a job. */
export type Bounds = JobRules & { readonly paths: PathView };

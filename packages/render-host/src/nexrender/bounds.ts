import type { JobRules } from '@renderdeck/domain';
import type { PathView } from './path-view.ts';

/** The rules, and how the paths of a job are read by them. */
export type Bounds = JobRules & { readonly paths: PathView };

/** What a render host does now, in words for people. */
export const HOST_STATES = [
  'idle', // it takes jobs and has none
  'rendering', // it has a job
  'draining', // its worker shuts down: it takes no more jobs
  'problem', // it cannot render, has no job and takes none; its problem says why
  'silent', // it was not heard for longer than its lease
  'stopped', // its worker signed off
] as const;
export type HostStateName = (typeof HOST_STATES)[number];

export type HostCondition = {
  readonly stopped: boolean;
  readonly silent: boolean;
  readonly draining: boolean;
  readonly jobs: number;
  /** Why the host takes no job now, as a sentence; null if it takes jobs. */
  readonly problem: string | null;
};

/** The state of a host. A host with a problem is still `rendering` while it renders a job. */
export function decideHostState(condition: HostCondition): HostStateName {
  const { stopped, silent, draining, jobs, problem } = condition;
  if (stopped) return 'stopped';
  if (silent) return 'silent';
  if (draining) return 'draining';
  if (jobs > 0) return 'rendering';
  return problem === null ? 'idle' : 'problem';
}

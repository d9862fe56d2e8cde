/** What a render host does now, in words for people. */
export const HOST_STATES = [
  'idle', // it takes jobs and has none
  'rendering', // it has a job
  'draining', // an admin drained it: it ends the jobs that it has, and takes no more
  'drained', // an admin drained it, and it has no job
  'ending', // its worker shuts down: it takes no more jobs
  'problem', // it cannot render, has no job and takes none; its problem says why
  'silent', // it was not heard for longer than its lease
  'stopped', // its worker signed off
] as const;
export type HostStateName = (typeof HOST_STATES)[number];

export type HostCondition = {
  readonly stopped: boolean;
  readonly silent: boolean;
  /** Its worker shuts down. */
  readonly ending: boolean;
  /** An admin drained it. */
  readonly drained: boolean;
  readonly jobs: number;
  /** Why the host takes no job now, as a sentence; null if it takes jobs. */
  readonly problem: string | null;
};

/** The state of a host. A host with a problem is still `rendering` while it renders a job. */
export function decideHostState(condition: HostCondition): HostStateName {
  const { stopped, silent, ending, drained, jobs, problem } = condition;
  if (stopped) return 'stopped';
  if (silent) return 'silent';
  if (ending) return 'ending';
  if (drained) return jobs > 0 ? 'draining' : 'drained';
  if (jobs > 0) return 'rendering';
  return problem === null ? 'idle' : 'problem';
}

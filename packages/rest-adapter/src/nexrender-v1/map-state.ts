import type { JobStatus } from '@renderdeck/contract';

/**
 * nexrender has no state for a cancelled job, so it ends in `error`. The text of the error says who
 * cancelled the job.
 */
const STATES = {
  QUEUED: 'queued',
  RENDERING: 'started',
  CANCELLING: 'render:cleanup',
  CANCELLED: 'error',
  COMPLETED: 'finished',
  FAILED: 'error',
} as const satisfies Readonly<Record<JobStatus, string>>;

/** The phases of a host as states of nexrender. Downloads and scripts end before `launching`. */
const PHASES = {
  preparing: 'render:setup',
  downloading: 'render:download',
  launching: 'render:dorender',
  rendering: 'render:dorender',
  gate: 'render:postrender',
  publishing: 'render:postrender',
  waitingToPublish: 'render:postrender',
} as const;

export const NEXRENDER_STATES = [...new Set([...Object.values(STATES), ...Object.values(PHASES)])];
export type NexrenderState = (typeof NEXRENDER_STATES)[number];

const BY_PHASE: ReadonlyMap<string, NexrenderState> = new Map(Object.entries(PHASES));

/**
 * The state that nexrender-server would show. For a running job it depends on the phase; it is
 * `started` while no phase is known.
 */
export function mapState(status: JobStatus, phase: string | null): NexrenderState {
  const state = STATES[status];
  return state === 'started' ? (BY_PHASE.get(phase ?? '') ?? state) : state;
}

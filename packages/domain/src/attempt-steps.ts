import type { AttemptOutcome } from './attempt.ts';
import type { CachedSources } from './cached-sources.ts';
import { listOf, object, oneOf, TIME } from './shape.ts';
import type { Transfer } from './transfer.ts';

/** The steps of an attempt, in order. Each step groups several phases of AttemptProgress. */
export const STEPS = ['download', 'prepare', 'render', 'post'] as const;
export type StepName = (typeof STEPS)[number];

/** The steps that began, in the form that is stored as JSON. */
export const STEP_ROWS = listOf(object({ name: oneOf(STEPS), startedAt: TIME }));

/** A step that began. The step ends when the next step begins or when the attempt ends. */
export type StepStart = { readonly name: StepName; readonly startedAt: Date };
export type Step = StepStart & { readonly endedAt: Date | null };

/**
 * The step that begins with this phase; `last` is the step before it. Null if no step begins:
 * nexrender sets the job up before the first step, and no step begins twice.
 */
export function stepOfPhase(phase: string, last: StepName | null): StepName | null {
  const step = stepNamed(phase, last);
  if (step === null || (last !== null && STEPS.indexOf(step) <= STEPS.indexOf(last))) return null;
  return step;
}

function stepNamed(phase: string, last: StepName | null): StepName | null {
  switch (phase) {
    case 'downloading':
      return 'download';
    case 'preparing':
      return last === null ? null : 'prepare';
    case 'launching':
    case 'rendering':
      return 'render';
    case 'gate':
    case 'publishing':
      return 'post';
    default:
      return null;
  }
}

/**
 * The steps of an attempt with their ends. Null if its worker recorded no step. The last step of a
 * lost attempt has no end, because nobody knows when or whether it ended.
 */
export function stepsOf(
  starts: readonly StepStart[] | null,
  { endedAt, outcome }: { endedAt: Date | null; outcome: AttemptOutcome | null },
): readonly Step[] | null {
  if (starts === null) return null;
  const lastEndedAt = outcome === 'lost' ? null : endedAt;
  const inOrder = [...starts].sort((a, b) => STEPS.indexOf(a.name) - STEPS.indexOf(b.name));
  return inOrder.map((step, index) => ({
    ...step,
    endedAt: inOrder[index + 1]?.startedAt ?? lastEndedAt,
  }));
}

/** How far an attempt has come. `phase` is what nexrender does now, in Renderdeck's words. */
export type AttemptProgress = {
  readonly phase: string;
  readonly percent: number;
  readonly frame: number | null;
  readonly totalFrames: number | null;
  /** Set when the render has begun to download on a host with a cache. */
  readonly cached?: CachedSources;
  /** What is downloaded, uploaded or copied now; unset if nothing is. */
  readonly transfer?: Transfer | undefined;
};

import type { AttemptOutcome } from './attempt.ts';
import { listOf, type Of, object, oneOf, TIME } from './shape.ts';

/** The steps of an attempt, in their order. Each groups phases of AttemptProgress. */
export const STEPS = ['download', 'prepare', 'render', 'post'] as const;
export type StepName = (typeof STEPS)[number];

const STEP_ROW = object({ name: oneOf(STEPS), startedAt: TIME });
/** A step that began, as JSON holds it. */
export type StepRow = Of<typeof STEP_ROW>;
export const STEP_ROWS = listOf(STEP_ROW);

/** A step that began. Its end is the start of the next one, or the end of the attempt. */
export type StepStart = { readonly name: StepName; readonly startedAt: Date };
export type Step = StepStart & { readonly endedAt: Date | null };

/**
 * The step that a phase belongs to, after `last`. Null where it begins none: nexrender sets the
 * job up before its first step, and no step begins twice.
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
 * The steps of an attempt with their ends. Null where its worker recorded none. When an attempt was
 * lost, nobody knows when its last step ended, or whether it did.
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

/** How far an attempt is. `phase` is what nexrender does now, in our words. */
export type AttemptProgress = {
  readonly phase: string;
  readonly percent: number;
  readonly frame: number | null;
  readonly totalFrames: number | null;
};

import type { WireAttempt } from '@renderdeck/contract';
import { StatusIcon } from '../../../../components/status/status-icon.tsx';
import { formatCount, formatShortDuration } from '../../../../components/time/format-time.ts';
import styles from './log-lines.module.css';
import type { LogSection, LogStep } from './log-rows.ts';

/** The state of a step of an attempt, and how long it took. */
export type StepState = {
  readonly state: 'done' | 'now' | 'failed' | 'stopped' | 'lost';
  readonly tookMs: number | null;
};

const TITLES: Readonly<Record<string, string>> = {
  setup: 'Set up',
  download: 'Download',
  prepare: 'Prepare',
  render: 'Render',
  post: 'Post',
};
const ICONS = {
  done: 'Finished',
  now: 'Rendering',
  failed: 'Failed',
  stopped: 'Stopped',
  lost: 'Not proven',
} as const;
const WORDS = { done: 'done', now: 'now', failed: 'failed', stopped: 'stopped', lost: 'lost' };

/** The state of this step: only the last step of an attempt may have failed or still run. */
export function stateOfStep(attempt: WireAttempt, step: LogStep): StepState {
  const steps = attempt.steps ?? [];
  const index = steps.findIndex(({ name }) => name === step.name);
  const endedAt = index < 0 ? steps[0]?.startedAt : steps[index]?.endedAt;
  const tookMs =
    endedAt === undefined || endedAt === null ? null : Date.parse(endedAt) - step.startedAt;
  if (index < steps.length - 1) return { state: 'done', tookMs };
  return { state: endState(attempt.outcome), tookMs };
}

function endState(outcome: WireAttempt['outcome']): StepState['state'] {
  switch (outcome) {
    case null:
      return 'now';
    case 'completed':
      return 'done';
    case 'stopped':
    case 'released':
      return 'stopped';
    case 'lost':
      return 'lost';
    default:
      return 'failed';
  }
}

type Props = {
  readonly section: LogSection & { readonly isOpen: boolean };
  readonly step: LogStep;
  readonly state: StepState;
  readonly errors: number;
  readonly onToggle: () => void;
};

/** The head of a step, which opens and closes its lines. */
export function StepHead({ section, step, state: { state, tookMs }, errors, onToggle }: Props) {
  return (
    <button type="button" className={styles.head} aria-expanded={section.isOpen} onClick={onToggle}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <path fill="none" stroke="currentColor" strokeWidth="1.8" d="m6 3.5 4.5 4.5L6 12.5" />
      </svg>
      <span style={{ display: 'flex', color: `var(--rd-${COLOURS[state]})` }}>
        <StatusIcon label={ICONS[state]} />
      </span>
      <strong>{TITLES[step.name] ?? step.name}</strong>
      <span className="visually-hidden">{WORDS[state]}, </span>
      <span data-dimmed="">
        {formatCount(section.end - section.first, 'line')}
        {errors > 0 && `, ${formatCount(errors, 'error')}`}
      </span>
      {tookMs !== null && <span data-took="">{formatShortDuration(Math.max(0, tookMs))}</span>}
    </button>
  );
}

const COLOURS = {
  done: 'finished',
  now: 'running',
  failed: 'failed',
  stopped: 'stopped',
  lost: 'unproven',
} as const;

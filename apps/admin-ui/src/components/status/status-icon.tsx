import type { StatusLabel } from '@renderdeck/contract';
import type { ReactNode } from 'react';

const LINE = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.8,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;

const DRAWINGS: Readonly<Record<StatusLabel, ReactNode>> = {
  Queued: <path {...LINE} d="M3 4.5h10M3 8h10M3 11.5h10" />,
  Starting: <circle {...LINE} cx="8" cy="8" r="4.8" />,
  Rendering: <path fill="currentColor" d="M4 2.5v11l9.5-5.5z" />,
  Stopping: <path {...LINE} d="M3.5 3.5l3 3M9.5 9.5l3 3M12.5 3.5l-3 3M6.5 9.5l-3 3" />,
  Stopped: <rect fill="currentColor" x="3" y="3" width="10" height="10" rx="1" />,
  'Not proven': <path {...LINE} strokeWidth={1.6} d="M8 2.2 14.2 13.5H1.8zM8 6.4v3.2M8 11.5v.1" />,
  Finished: <path {...LINE} strokeWidth={2} d="m3 8.5 3.4 3.5L13 4.5" />,
  Failed: <path {...LINE} strokeWidth={2} d="m4 4 8 8M12 4l-8 8" />,
  Unknown: (
    <path
      {...LINE}
      d="M5.2 5.6C5.4 3.9 6.6 3 8.1 3c1.6 0 2.8 1 2.8 2.5 0 2-2.8 2.1-2.8 4.2M8.1 12.6v.1"
    />
  ),
};

const COLOURS: Readonly<Record<StatusLabel, string>> = {
  Queued: 'queued',
  Starting: 'running',
  Rendering: 'running',
  Stopping: 'stopping',
  Stopped: 'stopped',
  'Not proven': 'unproven',
  Finished: 'finished',
  Failed: 'failed',
  Unknown: 'unproven',
};

/** The colour of a status, as tokens.css has it for both schemes. */
export function statusColour(label: StatusLabel): string {
  return `var(--rd-${COLOURS[label]})`;
}

export function StatusIcon({ label }: { label: StatusLabel }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {DRAWINGS[label]}
    </svg>
  );
}

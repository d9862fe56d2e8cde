import type { StatusLabel } from '@renderdeck/contract';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { expect, it } from 'vitest';
import { StatusBadge } from './status-badge.tsx';

/** A record, so that no status can be forgotten here. */
const BADGES: Readonly<Record<StatusLabel, ReactElement>> = {
  Queued: <StatusBadge label="Queued" />,
  Starting: <StatusBadge label="Starting" />,
  Rendering: <StatusBadge label="Rendering" />,
  Stopping: <StatusBadge label="Stopping" />,
  Stopped: <StatusBadge label="Stopped" />,
  'Not proven': <StatusBadge label="Not proven" />,
  Finished: <StatusBadge label="Finished" />,
  Failed: <StatusBadge label="Failed" />,
  Unknown: <StatusBadge label="Unknown" />,
};

it('each status shows its word beside a glyph that no other status has', () => {
  const glyphs = Object.entries(BADGES).map(([word, badge]) => {
    const { container } = render(badge);
    expect(container.textContent).toBe(word);
    return container.querySelector('svg')?.innerHTML ?? '';
  });
  expect(glyphs).not.toContain('');
  expect(new Set(glyphs).size).toBe(9);
});

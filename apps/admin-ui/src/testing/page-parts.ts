import { screen, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { vi } from 'vitest';

/** Opens a dialog from the row menu of a job. */
export async function openFromMenu(person: UserEvent, job: string, entry: RegExp | string) {
  await person.click(await screen.findByRole('button', { name: `Actions for ${job}` }));
  await person.click(await screen.findByRole('menuitem', { name: entry }));
  return screen.findByRole('dialog');
}

/** The cells of each row of the queue. */
export async function queueRows(): Promise<string[][]> {
  const table = await screen.findByRole('table', { name: 'Jobs' });
  return within(table)
    .getAllByRole('row')
    .filter((row) => row.dataset.job !== undefined)
    .map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}

/** A window for which this width of a media query holds, and no other; until `unstubAllGlobals`. */
export const onlyMatches = (width: string) =>
  vi.stubGlobal('matchMedia', (media: string) =>
    Object.assign(new EventTarget(), { media, matches: media.includes(width) }),
  );

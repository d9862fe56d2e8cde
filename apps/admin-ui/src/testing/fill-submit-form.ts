import { fireEvent, screen } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';

/** The fields of the submit page that a job needs. */
export const VALID = { Template: 'file:///shows/intro.aep', Composition: 'main' };

/** Puts these texts into their fields at once, as a paste does. */
export async function fill(values: Readonly<Record<string, string>> = VALID): Promise<void> {
  for (const [label, text] of Object.entries(values))
    fireEvent.change(await screen.findByLabelText(label), { target: { value: text } });
}

export function submit(person: UserEvent): Promise<void> {
  return person.click(screen.getByRole('button', { name: 'Submit' }));
}

/** The text of a field. */
export function value(label: string): string | null {
  return screen.getByLabelText(label).getAttribute('value');
}

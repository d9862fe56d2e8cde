import { refuse } from '@renderdeck/contract';
import { waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { aLosingLink } from '../../../testing/a-losing-link.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { openFromMenu } from '../../../testing/page-parts.ts';
import { openPage } from '../../../testing/render-app.tsx';

const MAY_BE_SET = 'No answer. It may have been done. Look at the job before you repeat it.';
const JONAS = anAdmin('jonas');

const open = (person: UserEvent, job: string) => openFromMenu(person, job, /Change priority/);
/** The page, with the dialog about the third job. */
async function openThird(links: ReturnType<typeof aLosingLink>[] = []) {
  const page = openPage({ links });
  return { ...page, dialog: await open(page.person, 'third') };
}
async function type(person: UserEvent, dialog: HTMLElement, text: string) {
  const field = within(dialog).getByRole('spinbutton');
  await person.clear(field);
  await person.type(field, text);
}

describe('a priority change', () => {
  it('shows the preview and the overtaken jobs, then the new position', async () => {
    const { person, dialog } = await openThird();
    await waitFor(() =>
      expect(document.activeElement).toBe(within(dialog).getByRole('spinbutton')),
    );
    await type(person, dialog, '80');
    await waitFor(() =>
      expect(dialog.textContent).toContain('Position 3 → 1 of 3. Overtakes 2 jobs.'),
    );
    const moved = within(dialog).getByRole('table', { name: 'The nearest jobs that move' });
    expect(
      within(moved)
        .getAllByRole('row')
        .map((row) => row.textContent),
    ).toEqual(['firstjonas1 → 2', 'secondjonas2 → 3']);
    await person.click(within(dialog).getByRole('button', { name: 'Set priority' }));
    await waitFor(() =>
      expect(dialog.textContent).toMatch(
        /Priority 80[.] Position 1 of 3, was 3[.] As of \d\d:\d\d:\d\d/,
      ),
    );
    await person.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1) ?? dialog);
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Actions for third'),
    );
  });

  it('shows all overtaken jobs, and says when the queue has moved', async () => {
    const waiting = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'last'];
    const { fake, person } = openPage({ waiting });
    const dialog = await open(person, 'last');
    await type(person, dialog, '60');
    await person.click(await within(dialog).findByRole('button', { name: 'Show all 7' }));
    const moved = within(dialog).getByRole('table', { name: 'The nearest jobs that move' });
    await waitFor(() => expect(within(moved).getAllByRole('row')).toHaveLength(7));
    expect(within(dialog).queryByRole('button', { name: /Show all/ })).toBeNull();
    await waitFor(() => expect(document.activeElement).toBe(dialog));
    fake.farm.submit('urgent', 'jonas', 90);
    await waitFor(() => expect(dialog.textContent).toContain('Now 2, was 1.'));
  });

  it('refuses a number outside 0 to 100, keeps it in the field and sends no request', async () => {
    const { fake, person, dialog } = await openThird();
    for (const wrong of ['500', '-1', '5.5', 'x', '101']) {
      await type(person, dialog, wrong);
      const field = within(dialog).getByRole('spinbutton');
      expect(field).toHaveProperty('value', wrong);
      expect(within(dialog).getByText('0 to 100')).toBeTruthy();
      expect(within(dialog).getByRole('button', { name: 'Set priority' })).toHaveProperty(
        'disabled',
        true,
      );
      await person.keyboard('{Control>}{Enter}{/Control}');
    }
    expect(fake.audit).toEqual([]);
  });

  it('steps by one and by ten with keys, and stops at the ends', async () => {
    const { person, dialog } = await openThird();
    const field = within(dialog).getByRole('spinbutton');
    await person.type(field, '{ArrowUp}');
    expect(field).toHaveProperty('value', '51');
    await person.keyboard('{Shift>}{ArrowUp}{/Shift}{PageDown}{PageDown}');
    expect(field).toHaveProperty('value', '41');
    await person.clear(field);
    await person.type(field, '97{PageUp}');
    expect(field).toHaveProperty('value', '100');
  });

  it('Run next takes the lowest priority that reaches position 1', async () => {
    const { person, dialog } = await openThird();
    await person.click(within(dialog).getByRole('button', { name: 'Run next' }));
    await waitFor(() =>
      expect(within(dialog).getByRole('spinbutton')).toHaveProperty('value', '51'),
    );
  });

  it('says who changed the job meanwhile, and a third change conflicts again', async () => {
    const { fake, queued, person, dialog } = await openThird();
    const id = queued[2] ?? '';
    await type(person, dialog, '90');
    await fake.port.setPriority(JONAS, { id, priority: 80 });
    await person.click(within(dialog).getByRole('button', { name: 'Set priority' }));
    await within(dialog).findByText(/set 80\./);
    expect(dialog.textContent).toContain('The priority was 50 when you opened this.');
    expect(within(dialog).getAllByRole('button', { name: 'Keep 80' }).length).toBeGreaterThan(0);
    expect(within(dialog).getByRole('spinbutton')).toHaveProperty('value', '90');

    await fake.port.setPriority(JONAS, { id, priority: 85 });
    await person.click(within(dialog).getByRole('button', { name: 'Set 90 anyway' }));
    await within(dialog).findByText(/set 85\./);
    await person.click(within(dialog).getByRole('button', { name: 'Set 90 anyway' }));
    await waitFor(() => expect(dialog.textContent).toContain('Priority 90. Position 1'));
  });

  it.each([
    ['forbidden', 'You may not change priorities.'],
    ['unavailable', 'Not set. Renderdeck cannot answer now; try again shortly.'],
    ['outcome_unknown', MAY_BE_SET],
    [null, MAY_BE_SET],
  ] as const)('says of %s what is known: %s', async (code, text) => {
    const { fake, person, dialog } = await openThird(
      code === null ? [aLosingLink('setPriority')] : [],
    );
    if (code !== null) fake.failNext('setPriority', refuse(code));
    await type(person, dialog, '80');
    await person.click(within(dialog).getByRole('button', { name: 'Set priority' }));
    await within(dialog).findByText(text);
    const field = within(dialog).getByRole('spinbutton');
    expect(document.activeElement).toBe(field);
    const described = (field.getAttribute('aria-describedby') ?? '').split(' ');
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain(text);
  });

  it('says that the priority no longer matters when the job has started', async () => {
    const { fake, person } = openPage();
    const dialog = await open(person, 'first');
    fake.farm.claimNext('render-02');
    await waitFor(() =>
      expect(dialog.textContent).toMatch(
        /It started on render-02 at .* Priority no longer matters\./,
      ),
    );
    expect(within(dialog).queryByRole('spinbutton')).toBeNull();
  });
});

import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

async function aBusyFarm() {
  const { fake, running, queued } = aFakeFarm();
  const [first = ''] = queued;
  await fake.port.setPriority(anAdmin('ada'), { id: first, priority: 80 });
  await fake.port.cancelJob(anAdmin('jonas'), { id: running, reason: 'wrong version', waitMs: 0 });
  await fake.port.recordRefusal(
    { ...anAdmin('sam'), actor: { kind: 'user', id: '2', name: 'sam', role: 'submitter' } },
    { action: 'setPriority', code: 'forbidden', jobId: first },
  );
  return { fake, running, first };
}
const rows = async () => {
  const table = await screen.findByRole('table', { name: 'Audit entries' });
  await within(table).findAllByRole('row');
  return within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      within(row)
        .queryAllByRole('cell')
        .map(({ textContent }) => textContent)
        .join(' | '),
    );
};

it('shows who did what, the newest first; a stop is done only when it is proven', async () => {
  const { fake, running } = await aBusyFarm();
  const { person } = renderApp({ farm: fake, path: '/audit' });
  await screen.findByText('Tried to set priority');
  expect(await rows()).toEqual([
    expect.stringMatching(/^sam \| Tried to set priority \| first \| —none \| Refused \|/),
    expect.stringMatching(
      /^jonas \| Asked to stop \| spot_0142 – wrong version \| —none \| Stopping \|/,
    ),
    expect.stringMatching(/^ada \| Set priority \| first \| 50 → 80 \| Done \|/),
  ]);
  fake.farm.acknowledgeStop(running);
  await person.selectOptions(screen.getByLabelText('Did'), 'Stopped');
  await waitFor(async () =>
    expect(await rows()).toEqual([expect.stringMatching(/^jonas \| Stopped \|.*\| Done \|/)]),
  );
  expect(window.location.search).toContain('did=stop');
  expect(screen.getByRole('link', { name: 'Export CSV' }).getAttribute('href')).toBe(
    '/api/audit.csv?did=stop',
  );
  await person.click(screen.getByRole('link', { name: '#1' }));
  await screen.findByRole('heading', { level: 1, name: 'Receipt #1' });
});

it('the address holds the filter, and one entry is shown with all that is recorded', async () => {
  const { fake } = await aBusyFarm();
  const { person } = renderApp({ farm: fake, path: '/audit?q=wrong&result=stopping' });
  await screen.findByText('Asked to stop');
  expect(await rows()).toHaveLength(1);
  expect(screen.getByLabelText('Search')).toHaveProperty('value', 'wrong');
  const unfold = screen.getByRole('button', { name: 'Filter' });
  await person.click(unfold);
  expect(unfold.getAttribute('aria-expanded')).toBe('true');
  const fields = document.getElementById(unfold.getAttribute('aria-controls') ?? '');
  expect(fields?.contains(screen.getByLabelText('Result'))).toBe(true);
  await person.click(within(screen.getByRole('rowheader')).getByRole('link'));
  const entry = within(await screen.findByRole('region', { name: 'Entry' }));
  entry.getByText('wrong version', { selector: 'dd' });
  entry.getByText('Not sealed yet');
  await person.click(entry.getByRole('button', { name: 'Show all entries' }));
  await waitFor(async () => expect(await rows()).toHaveLength(3));
});

it('new entries never push the others: they are counted, and shown on request', async () => {
  const { fake, first } = await aBusyFarm();
  const { person, api } = renderApp({ farm: fake, path: '/audit' });
  await screen.findByText('Tried to set priority');
  await fake.port.setPriority(anAdmin('mira'), { id: first, priority: 90 });
  void api.queryClient.refetchQueries({ queryKey: api.trpc.listAudit.queryKey() });
  await screen.findByText('1 new entry.');
  expect((await rows())[0]).toMatch(/^sam/);
  await person.click(screen.getByRole('button', { name: 'Show' }));
  await waitFor(async () => expect((await rows())[0]).toMatch(/^mira \|.*80 → 90/));
  await waitFor(() => expect(screen.queryByText('1 new entry.')).toBeNull());
  await waitFor(() => expect(document.activeElement?.tagName).toBe('H1'));
});

it('a user who is no admin reads only their own entries, and the page says so', async () => {
  const { fake } = await aBusyFarm();
  renderApp({ farm: fake, path: '/audit', user: 'sam' });
  await screen.findByText(/^Only what you did/);
  expect(await rows()).toEqual([expect.stringMatching(/^sam/)]);
  expect(screen.queryByLabelText('Who')).toBeNull();
});

it('says when nothing is in the range, and when it could not be loaded', async () => {
  const { fake } = await aBusyFarm();
  const { person } = renderApp({ farm: fake, path: '/audit?to=2001-01-01T00:00:00.000Z' });
  await screen.findByText('Nothing in this range.');
  fake.failNext('listAudit', new Error('broken'));
  await person.click(screen.getByRole('button', { name: 'Clear filter' }));
  await screen.findByText(/^Audit not loaded\./);
  await person.click(screen.getByRole('button', { name: 'Try again' }));
  await screen.findByText('Asked to stop');
});

import { refuse } from '@renderdeck/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatShortDuration } from '../../../components/time/format-time.ts';
import { aLosingLink } from '../../../testing/a-losing-link.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { openFromMenu } from '../../../testing/page-parts.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

// The 400 ms after a change of the question are measured with this clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());
const passFirst400Ms = () => vi.advanceTimersByTime(400);

describe('a stop, from the question to the receipt', () => {
  it('turns into the receipt, which fills in as the host reports, verdict first', async () => {
    const { fake, running, person } = openPage();
    const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
    expect(dialog).toHaveProperty(
      'textContent',
      expect.stringContaining('spot_0142 on render-01. 42 % done'),
    );
    expect(await within(dialog).findByText('Finished output: none yet')).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Keep rendering');

    passFirst400Ms();
    await person.type(within(dialog).getByLabelText('Reason'), 'wrong version');
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    const verdict = await screen.findByRole('heading', { name: /Stopping… step 3 of 6/ });
    expect(document.activeElement).toBe(verdict);
    expect(screen.getByText('ada. Reason: wrong version')).toBeTruthy();
    expect(screen.getByText(/Waiting for render-01/)).toBeTruthy();

    const { receipt } = fake.farm.acknowledgeStop(running);
    const took = formatShortDuration(
      Date.parse(receipt?.confirmedAt ?? '') - Date.parse(receipt?.requestedAt ?? ''),
    );
    await screen.findByRole('heading', {
      name: `Stopped. Nothing of this render is running on render-01. Took ${took}.`,
    });
    const processes = screen.getByRole('table', { name: 'Processes of this job' });
    expect(
      within(processes)
        .getAllByRole('row')
        .map((row) => row.textContent?.replace(/\d\d:\d\d:\d\d/, ' ')),
    ).toEqual([
      'ProcessPIDEndedHow',
      'nexrender4100 left when asked',
      'aerender4101 left when asked',
      'AfterFX4102 left when asked',
    ]);
    expect(screen.getByText('48 MB in 12 files removed, 9 ms')).toBeTruthy();
    expect(
      screen.getByText('By the kernel: the container that held this job on render-01 is empty.'),
    ).toBeTruthy();
  });

  it('ignores the red button for the first 400 ms', async () => {
    const { fake, person } = openPage();
    const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    expect(fake.audit.filter(({ action }) => action === 'cancelJob')).toEqual([]);
    const red = within(dialog).getByRole('button', { name: 'Stop render' });
    await waitFor(() => expect(red.getAttribute('aria-disabled')).toBe('false'));
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    await screen.findByRole('heading', { name: /Stopping/ });
  });

  it.each([
    ['unavailable', 'Not stopped. Renderdeck cannot answer now; try again shortly.'],
    ['outcome_unknown', 'No answer. It may have been done. Look at the job before you repeat it.'],
  ] as const)('says of %s what is known: %s', async (code, text) => {
    const { fake } = aFakeFarm();
    fake.failNext('cancelJob', refuse(code));
    const { person } = renderApp({ farm: fake });
    const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    await within(dialog).findByText(text);
  });

  it('shows the receipt of a stop whose answer was lost', async () => {
    const { person } = openPage({ links: [aLosingLink('cancelJob')] });
    const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    await screen.findByRole('heading', { name: /Stopping… step 3 of 6/ });
    expect(screen.queryByText(/^Not stopped/)).toBeNull();
  });

  it('offers the last reasons of this user', async () => {
    const { fake, queued } = aFakeFarm();
    await fake.port.cancelJob(anAdmin('ada'), { id: queued[0] ?? '', reason: 'typo', waitMs: 0 });
    const { person } = renderApp({ farm: fake });
    const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
    const list = within(dialog).getByLabelText('Reason').getAttribute('list') ?? '';
    await waitFor(() =>
      expect(document.getElementById(list)?.querySelector('option')?.value).toBe('typo'),
    );
  });

  it('follows a job that ends while the question is open: nothing is left to stop', async () => {
    const { fake, running, person } = openPage();
    await openFromMenu(person, 'spot_0142', /Stop render/);
    fake.farm.complete(running);
    expect(await screen.findByText(/It finished at .* Nothing to stop\./)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Stop render' })).toBeNull();
  });

  it('never says that nothing of a requeued job exists while its host is silent', async () => {
    const { fake, running } = aFakeFarm();
    fake.farm.passGate(running);
    fake.farm.loseHost(running);
    const { person } = renderApp({ farm: fake });
    const dialog = await openFromMenu(person, 'spot_0142', /Remove from queue/);
    expect(within(dialog).getByText(/It waits after attempt 1\./)).toBeTruthy();
    within(dialog).getByText(
      /^Attempt 1 on render-01 is not proven: last heard .*\. Its output may be published\.$/,
    );
    within(dialog).getByText(
      'If you remove it now, it reads “Not proven” until the host proves the end.',
    );
    expect(within(dialog).queryByText(/No process/)).toBeNull();
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await screen.findByRole('heading', { name: /^Not proven\. Attempt 1 on render-01/ });
    fake.farm.proveLost(running, 1);
    await screen.findByRole('heading', { name: /^Stopped\. Nothing of this render is running/ });
  });

  it('names who asked first and opens that receipt', async () => {
    const { fake, running, person } = openPage();
    await openFromMenu(person, 'spot_0142', /Stop render/);
    await fake.port.cancelJob(anAdmin('jonas'), { id: running, waitMs: 0 });
    expect(await screen.findByText(/jonas asked to stop this at/)).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'See receipt' }));
    expect(await screen.findByText(/^#\d+, over REST$/)).toBeTruthy();
  });
});

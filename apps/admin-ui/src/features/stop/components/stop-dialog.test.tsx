import { refuse } from '@renderdeck/contract';
import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatShortDuration } from '../../../components/time/format-time.ts';
import { aLosingLink } from '../../../testing/a-losing-link.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

// The 400 ms after a change of the question are measured with this clock.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());
const passFirst400Ms = () => vi.advanceTimersByTime(400);

async function open(person: UserEvent, job: string, entry: RegExp | string) {
  await person.click(await screen.findByRole('button', { name: `Actions for ${job}` }));
  await person.click(await screen.findByRole('menuitem', { name: entry }));
  return screen.findByRole('dialog');
}

describe('a stop, from the question to the receipt', () => {
  it('turns into the receipt, which fills in as the host reports, verdict first', async () => {
    const { fake, running } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'spot_0142', /Stop render/);
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
    const { fake } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'spot_0142', /Stop render/);
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
    const dialog = await open(person, 'spot_0142', /Stop render/);
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    await within(dialog).findByText(text);
  });

  it('shows the receipt of a stop whose answer was lost', async () => {
    const { fake } = aFakeFarm();
    const { person } = renderApp({ farm: fake, links: [aLosingLink('cancelJob')] });
    const dialog = await open(person, 'spot_0142', /Stop render/);
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Stop render' }));
    await screen.findByRole('heading', { name: /Stopping… step 3 of 6/ });
    expect(screen.queryByText(/^Not stopped/)).toBeNull();
  });

  it('offers the last reasons of this user', async () => {
    const { fake, queued } = aFakeFarm();
    await fake.port.cancelJob(anAdmin('ada'), { id: queued[0] ?? '', reason: 'typo', waitMs: 0 });
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'spot_0142', /Stop render/);
    const list = within(dialog).getByLabelText('Reason').getAttribute('list') ?? '';
    await waitFor(() =>
      expect(document.getElementById(list)?.querySelector('option')?.value).toBe('typo'),
    );
  });

  it('sends nothing when it is closed with Esc, and moves focus back to the row', async () => {
    const { fake } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    await open(person, 'spot_0142', /Stop render/);
    await person.keyboard('{Escape}');
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Actions for spot_0142'),
    );
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(fake.audit).toEqual([]);
  });

  it('removes a queued job, and says that it had not started', async () => {
    const { fake } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'second', /Remove from queue/);
    expect(within(dialog).getByText(/It has not started/)).toBeTruthy();
    passFirst400Ms();
    await person.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await screen.findByRole('heading', { name: 'Stopped. It had not started and left the queue.' });
    expect(
      screen.getByText(
        'No process was started: the job waited, or was stopped before its render began. ' +
          'No earlier attempt was open.',
      ),
    ).toBeTruthy();
  });

  it('follows a job that ends while the question is open: nothing is left to stop', async () => {
    const { fake, running } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    await open(person, 'spot_0142', /Stop render/);
    fake.farm.complete(running);
    expect(await screen.findByText(/It finished at .* Nothing to stop\./)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Stop render' })).toBeNull();
  });

  it('calls a job that failed meanwhile failed', async () => {
    const { fake, running } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    await open(person, 'spot_0142', /Stop render/);
    fake.farm.fail(running, 'No comp was found.');
    expect(await screen.findByText(/It failed at .* Nothing to stop\./)).toBeTruthy();
  });

  it('never says that nothing of a requeued job exists while its host is silent', async () => {
    const { fake, running } = aFakeFarm();
    fake.farm.passGate(running);
    fake.farm.loseHost(running);
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'spot_0142', /Remove from queue/);
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
    const { fake, running } = aFakeFarm();
    const { person } = renderApp({ farm: fake });
    await open(person, 'spot_0142', /Stop render/);
    await fake.port.cancelJob(anAdmin('jonas'), { id: running, waitMs: 0 });
    expect(await screen.findByText(/jonas asked to stop this at/)).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'See receipt' }));
    expect(await screen.findByText(/^#\d+, over REST$/)).toBeTruthy();
  });

  it('says what a silent host means for the stop', async () => {
    const { fake } = aFakeFarm();
    const host = fake.farm.hosts[0];
    if (host !== undefined)
      fake.farm.hosts[0] = {
        ...host,
        state: 'silent',
        lastHeardAt: new Date(Date.now() - 240_000).toISOString(),
      };
    const { person } = renderApp({ farm: fake });
    const dialog = await open(person, 'spot_0142', /Stop render/);
    expect(await within(dialog).findByText(/render-01 has been silent for 4 min/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Stop when it answers' })).toBeTruthy();
  });

  it('keeps the receipt in the row menu and at its own address', async () => {
    const { fake, running } = aFakeFarm();
    const { person } = renderApp({ farm: fake, path: '/queue?show=all' });
    await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
    fake.farm.loseHost(running);
    await open(person, 'spot_0142', 'See receipt');
    await screen.findByRole('heading', {
      name: /^Not proven\. Attempt 1 on render-01 is not proven: last heard .*\./,
    });
    screen.getByRole('button', { name: 'Copy link' });
    await person.click(screen.getByRole('link', { name: '#1' }));
    await screen.findByRole('heading', { level: 1, name: 'Receipt #1' });
    await screen.findByRole('heading', { name: /^Not proven\./ });
    expect(screen.getByText(/^missing of attempt 1 on render-01/)).toBeTruthy();
  });
});

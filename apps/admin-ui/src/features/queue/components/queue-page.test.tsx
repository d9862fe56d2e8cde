import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { turnSingleKeys } from '../../../components/shortcuts/use-shortcut.ts';
import { changeNoticeSettings, readNoticeSettings } from '../../../notices/notice-settings.ts';
import { A_DOWNLOAD } from '../../../testing/a-job.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { queueRows } from '../../../testing/page-parts.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

const names = async () => (await queueRows()).map((cells) => cells[1]);

/** Says whether a row was marked as changed since the call; the mark itself stays 2 s. */
function watchMarks(): () => boolean {
  let isMarked = false;
  const observer = new MutationObserver((records) => {
    isMarked ||= records.some(({ target }) => target.nodeName === 'TR');
  });
  const attributeFilter = ['data-changed'];
  observer.observe(document.body, { subtree: true, attributes: true, attributeFilter });
  return () => isMarked;
}

describe('the queue', () => {
  it('shows running jobs first, then queued jobs in queue order with their positions', async () => {
    const { fake } = aFakeFarm();
    fake.farm.submit('urgent', 'mira', 90);
    renderApp({ farm: fake });
    await screen.findByRole('link', { name: 'urgent' });
    expect((await queueRows()).map((cells) => cells.slice(0, 7))).toEqual([
      ['running', 'spot_0142', 'Rendering', '42 %', '—none', '100', 'render-01'],
      ['1', 'urgent', 'Queued', '—none', '—none', '90', '—none'],
      ['2', 'first', 'Queued', '—none', '—none', '50', '—none'],
      ['3', 'second', 'Queued', '—none', '—none', '50', '—none'],
      ['4', 'third', 'Queued', '—none', '—none', '50', '—none'],
    ]);
    expect(screen.getByText('Rendering 1').closest('tr')?.textContent).toBe(
      'Rendering 1on 0 of 2 hosts',
    );
    expect(screen.getByText('Waiting 4')).toBeTruthy();
    const tabs = within(screen.getByRole('navigation', { name: 'Which jobs' }));
    expect(tabs.getAllByRole('link').map(({ textContent }) => textContent)).toEqual([
      ...['Active 5', 'All ended 0', 'Finished 0', 'Failed 0', 'Stopped 0', 'Not proven 0'],
    ]);
  });

  it('names the attempts that are not proven, counts them, and lists their jobs', async () => {
    const { fake, running } = aFakeFarm();
    fake.farm.loseHost(running);
    fake.farm.claimNext('render-02');
    fake.farm.loseHost(running);
    const { person } = renderApp({ farm: fake });
    const row = (await screen.findByRole('link', { name: 'spot_0142' })).closest('tr');
    expect(row?.textContent).toContain('Attempt 1 on render-01 not proven and 1 more');
    const tabs = screen.getByRole('navigation', { name: 'Which jobs' });
    await person.click(within(tabs).getByRole('link', { name: 'Not proven 2' }));
    await waitFor(async () => expect(await names()).toHaveLength(1));
    expect(window.location.search).toBe('?show=all&open=true');
    expect(within(tabs).getByRole('link', { current: 'page' }).textContent).toBe('Not proven 2');
    expect(within(screen.getByRole('contentinfo')).getByText('2 not proven')).toBeTruthy();
    fake.farm.proveLost(running, 1);
    fake.farm.proveLost(running, 2);
    await screen.findByText('No attempt waits for a proof.');
    expect(screen.queryByRole('link', { name: /\d not proven/ })).toBeNull();
    within(tabs).getByRole('link', { name: 'Not proven 0' });
  });

  it('follows the farm live: progress, new jobs and ends', async () => {
    const { fake, running } = openPage();
    await screen.findByText('42 %');
    fake.farm.progress(running, 0, null, A_DOWNLOAD);
    const text = await screen.findByText(/^Downloading 1[.]0 GB of 4[.]0 GB, 35 MB[/]s/);
    expect(text.title).toBe('Downloading a.mov (assets[0].src)');
    expect(screen.getByText('25 %')).toBeTruthy();
    fake.farm.progress(running, 60);
    await screen.findByText('60 %');
    expect(screen.queryByText(/^Downloading/)).toBeNull();
    fake.farm.submit('late', 'mira', 99);
    await waitFor(async () =>
      expect(await names()).toEqual(['spot_0142', 'late', 'first', 'second', 'third']),
    );
    fake.farm.complete(running);
    await waitFor(async () => expect(await names()).toEqual(['late', 'first', 'second', 'third']));
  });

  it('freezes the order while a menu is open, and shows the new order on U', async () => {
    const { fake, running, queued, person } = openPage();
    await person.click(await screen.findByRole('button', { name: 'Actions for second' }));
    await screen.findByRole('menu');
    const wasMarked = watchMarks();
    await fake.port.setPriority(anAdmin('jonas'), { id: queued[2] ?? '', priority: 80 });
    fake.farm.submit('late', 'mira', 1);
    fake.farm.complete(running);
    await screen.findByText(/1 moved, 1 new, 1 ended\./);
    await waitFor(async () =>
      expect((await queueRows())[3]?.slice(0, 2)).toEqual(['↑ moved up to 1', 'third']),
    );
    expect(await names()).toEqual(['spot_0142', 'first', 'second', 'third']);
    // The headings are of the moment of the rows, and the tabs are of now.
    screen.getByText('Rendering 1');
    screen.getByText('Waiting 3');
    expect((await queueRows())[0]?.[2]).toBe('Finished');
    expect(wasMarked()).toBe(true);
    await person.keyboard('{Escape}');
    await waitFor(() =>
      expect(document.activeElement?.getAttribute('aria-label')).toBe('Actions for second'),
    );
    await person.keyboard('u');
    await waitFor(async () => expect(await names()).toEqual(['third', 'first', 'second', 'late']));
  });

  it('offers a viewer no action and names the admins to ask', async () => {
    const { fake, running, recordOf, person } = openPage({ user: 'vera' });
    await screen.findByRole('link', { name: 'spot_0142' });
    expect(screen.getByText('View only. Ask ada to change jobs.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Actions/ })).toBeNull();
    screen.getByRole('link', { name: 'spot_0142' }).focus();
    await person.keyboard('xp');
    expect(screen.queryByRole('dialog')).toBeNull();
    await person.click(screen.getByRole('link', { name: 'spot_0142' }));
    await screen.findByRole('heading', { level: 1, name: 'spot_0142' });
    expect(screen.queryByRole('button', { name: 'Stop render' })).toBeNull();
    screen.getByText('View only. Ask ada to change jobs.');
    expect(fake.farm.wire(recordOf(running)).status).toBe('RENDERING');
  });

  it('letters do nothing where single-key shortcuts are off; arrows still do', async () => {
    const { person } = openPage();
    turnSingleKeys(false);
    (await screen.findByRole('link', { name: 'spot_0142' })).focus();
    await person.keyboard('xj');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement?.textContent).toBe('spot_0142');
    await person.keyboard('{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('first');
  });

  it('a job is followed from its row, where this browser tells anything', async () => {
    changeNoticeSettings({ on: true });
    const { queued, person } = openPage();
    const ask = async (name: string) => {
      await person.click(await screen.findByRole('button', { name: 'Actions for first' }));
      await person.click(await screen.findByRole('menuitem', { name }));
    };
    await ask('Follow');
    expect(readNoticeSettings().followed).toEqual([queued[0]]);
    await ask('Unfollow');
    expect(readNoticeSettings().followed).toEqual([]);
  });

  it('shows a text when the list is empty', async () => {
    renderApp();
    expect(await screen.findByText('Nothing queued.')).toBeTruthy();
    expect(
      screen.getByText('Stand-in renderer, not After Effects', { selector: 'footer *' }),
    ).toBeTruthy();
  });

  it('says why the list failed to load, and loads it on Try again', async () => {
    const { fake } = aFakeFarm();
    fake.failNext('listJobs', new Error('a bug'));
    const { person } = renderApp({ farm: fake });
    expect(await screen.findByText(/Queue not loaded\./)).toBeTruthy();
    await person.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('link', { name: 'spot_0142' });
  });
});

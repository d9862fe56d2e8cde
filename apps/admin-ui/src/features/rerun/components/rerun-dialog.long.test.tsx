import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { aLosingLink } from '../../../testing/a-losing-link.ts';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

/** A farm whose job of mira has ended, and the dialog about it as that user. */
async function open(links: ReturnType<typeof aLosingLink>[] = []) {
  const { fake, running, recordOf } = aFakeFarm();
  fake.farm.complete(running);
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}`, links });
  await person.click(await screen.findByRole('button', { name: 'Run again' }));
  return { fake, running, recordOf, person, dialog: await screen.findByRole('dialog') };
}
const repeats = (fake: ReturnType<typeof aFakeFarm>['fake'], of: string) =>
  [...fake.farm.records.values()].filter(({ rerunOf }) => rerunOf === of);
const run = (person: UserEvent, dialog: HTMLElement) =>
  person.click(within(dialog).getByRole('button', { name: 'Run again' }));

it('runs a job again with a chosen priority, and says where the new job stands', async () => {
  const { fake, running, person, dialog } = await open();
  const field = within(dialog).getByLabelText('Priority');
  await person.clear(field);
  await person.type(field, '10');
  expect(await within(dialog).findByText(/^Would be position 4 of 4, as of /)).toBeTruthy();
  await run(person, dialog);
  const done = await screen.findByRole('heading', { name: 'Queued. Position 4 of 4.' });
  expect(document.activeElement).toBe(done);
  await person.click(screen.getByRole('link', { name: 'Open the new job' }));
  await screen.findByRole('heading', { level: 1, name: 'spot_0142' });
  const [again] = repeats(fake, running);
  expect(window.location.pathname).toBe(`/jobs/${again?.job.id}`);
  expect(again?.job.priority).toBe(10);
});

it('says why a job was not queued again, and keeps what was typed', async () => {
  const { running, recordOf, person, dialog } = await open();
  recordOf(running).secretsDeletedAt = '2026-11-25T02:00:00.000Z';
  await run(person, dialog);
  const text = await within(dialog).findByText(/^Not queued\. The secrets of this job/);
  const field = within(dialog).getByLabelText('Priority');
  expect(field.getAttribute('aria-describedby')?.split(' ')).toContain(text.id);
  expect(document.activeElement).toBe(field);
  expect(within(dialog).getByLabelText('Priority')).toHaveProperty('value', '100');
});

it('after a lost answer it says that the job may be queued, and queues it once', async () => {
  const { fake, running, person, dialog } = await open([aLosingLink('resubmitJob')]);
  await run(person, dialog);
  const text = 'No answer. It may be queued. Press Run again: it is queued only once.';
  expect(await within(dialog).findByText(text)).toBeTruthy();
  expect(within(dialog).queryByText(/^Not queued/)).toBeNull();
  await run(person, dialog);
  await screen.findByRole('heading', { name: /^Queued\./ });
  expect(repeats(fake, running)).toHaveLength(1);
});

it('after a lost answer another priority queues no second job, and says so', async () => {
  const { fake, running, person, dialog } = await open([aLosingLink('resubmitJob')]);
  await run(person, dialog);
  await within(dialog).findByText(/^No answer\./);
  const field = within(dialog).getByLabelText('Priority');
  await person.clear(field);
  await person.type(field, '10');
  await run(person, dialog);
  await within(dialog).findByText(/^Not queued with this priority\. Your first try is queued/);
  expect(repeats(fake, running).map(({ job }) => job.priority)).toEqual([100]);
  await person.click(within(dialog).getByRole('link', { name: 'Open the new job' }));
  const [made] = repeats(fake, running);
  await waitFor(() => expect(window.location.pathname).toBe(`/jobs/${made?.job.id}`));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('says that the first render may still run, and which file both would write', async () => {
  const { fake, running, recordOf } = aFakeFarm();
  const action = { module: '@nexrender/action-copy', output: '/out/spot.mov' };
  recordOf(running).nexrenderJob = { template: {}, actions: { postrender: [action] } };
  await fake.port.cancelJob(anAdmin('ada'), { id: running, waitMs: 0 });
  fake.farm.loseHost(running);
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await person.click(await screen.findByRole('button', { name: 'Run again' }));
  const dialog = await screen.findByRole('dialog');
  const risk = within(dialog).getByRole('note');
  await waitFor(() =>
    expect(risk.textContent).toContain(
      'The first render may still run, and write /out/spot.mov as well.',
    ),
  );
  expect(risk.textContent).toMatch(/Attempt 1 on render-01 is not proven/);
  expect(within(dialog).queryByRole('button', { name: 'Run again' })).toBeNull();
  await person.click(within(dialog).getByRole('button', { name: 'Run again anyway' }));
  await screen.findByRole('heading', { name: /^Queued\./ });
  expect(repeats(fake, running)).toHaveLength(1);
});

it('names an attempt whose host was declared gone, and does not say that it may run', async () => {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada'), { id: running, waitMs: 0 });
  fake.farm.loseHost(running);
  fake.farm.silence('render-01');
  const gone = { name: 'render-01', confirmName: 'render-01', reason: 'It burned.' };
  await fake.port.declareHostGone(anAdmin('ada'), gone);
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await person.click(await screen.findByRole('button', { name: 'Run again' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('note').textContent).toMatch(
    /^Nothing proves that every attempt has ended\.ada declared render-01 gone/,
  );
  within(dialog).getByRole('button', { name: 'Run again' });
});

it('says a word about secrets only where there are some, and leads to an edited copy', async () => {
  const { running, person, dialog } = await open();
  expect(dialog.textContent).toContain('with the same order and limits.');
  await person.click(within(dialog).getByRole('link', { name: 'Run again, edited…' }));
  await screen.findByRole('heading', { level: 1, name: 'Submit' });
  expect(window.location.search).toBe(`?from=${running}`);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a priority out of range is not sent', async () => {
  const { fake, person, dialog } = await open();
  await person.clear(within(dialog).getByLabelText('Priority'));
  await person.type(within(dialog).getByLabelText('Priority'), '101');
  await run(person, dialog);
  expect(fake.audit.filter(({ action }) => action === 'resubmitJob')).toEqual([]);
});

it('is not offered for the job of another user', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.complete(running);
  renderApp({ farm: fake, user: 'sam', path: `/jobs/${running}` });
  await screen.findByRole('heading', { level: 1, name: 'spot_0142' });
  expect(screen.queryByRole('button', { name: 'Run again' })).toBeNull();
});

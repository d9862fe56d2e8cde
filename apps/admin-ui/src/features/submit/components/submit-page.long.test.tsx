import { refuse } from '@renderdeck/contract';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { fill, submit, VALID, value } from '../../../testing/fill-submit-form.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';
// Loaded before the first test, so that none waits for it.
import './submit-page.tsx';

const JOB = {
  template: { src: 'file:///shows/intro.aep', composition: 'main', outputModule: 'Lossless' },
  assets: [{ type: 'data', layerName: 'title', property: 'Opacity', value: 40, keyword: 'NX' }],
  actions: { postrender: [{ module: '@nexrender/action-copy', output: 'intro.mov', input: 'r' }] },
  tags: ['spring'],
};

const json = () => JSON.parse(screen.getByLabelText<HTMLTextAreaElement>('nexrender job').value);
const show = async (person: UserEvent, view: 'Form' | 'JSON') => {
  const views = within(screen.getByRole('navigation', { name: 'Form or JSON' }));
  const button = views.getByRole('button', { name: view });
  await person.click(button);
  await waitFor(() => expect(button.getAttribute('aria-current')).toBe('true'));
};
/** Puts a text into the JSON field at once, as a paste does. */
const writeJson = (text: string) =>
  fireEvent.change(screen.getByLabelText('nexrender job'), { target: { value: text } });

it('shows the position before the job exists, and the job where it stands then', async () => {
  const { fake, person } = openPage({ waiting: ['first', 'second'], user: 'sam', path: '/submit' });
  await screen.findByText('Would be position 3 of 3.');
  screen.getByText('0 to 50. Higher runs first. Equal: older first.');
  await fill({ ...VALID, Name: 'Spring', Priority: '40', Output: 'spring.mov' });
  await submit(person);
  await screen.findByRole('heading', { name: 'Queued. Position 3 of 3.' });
  const submitted = [...fake.farm.records.values()].at(-1);
  expect(submitted).toMatchObject({
    job: { name: 'Spring', priority: 40, submittedBy: 'sam' },
    nexrenderJob: {
      template: { src: 'file:///shows/intro.aep', composition: 'main' },
      actions: { postrender: [{ module: '@nexrender/action-copy', output: 'spring.mov' }] },
    },
  });
  await person.click(screen.getByRole('button', { name: 'Submit another' }));
  expect(value('Template')).toBe('');
  await person.click(await screen.findByRole('button', { name: 'Submit' }));
  await screen.findByRole('heading', { name: /^Not submitted/ });
});

it('says before and after the submission which tags no host offers', async () => {
  const { fake } = aFakeFarm({ waiting: ['first'] });
  Object.assign(fake.farm.hosts[0] ?? {}, { tags: ['ae24'] });
  const { person } = renderApp({ farm: fake, user: 'sam', path: '/submit' });
  const field = await screen.findByLabelText('Tags');
  const said = () =>
    document.getElementById(field.getAttribute('aria-describedby')?.split(' ')[0] ?? '')
      ?.textContent;
  const rule = 'Optional, joined by commas. Only a host that offers all of them gets the job.';
  await fill({ ...VALID, Tags: 'ae24' });
  await waitFor(() => expect(said()).toBe(rule));
  await fill({ Tags: 'ae24, c4d' });
  await waitFor(() => expect(said()).toBe(`${rule} No host offers: c4d.`));
  await submit(person);
  await screen.findByRole('heading', { name: 'Queued. Position 2 of 2 in the whole queue.' });
  screen.getByText('No host offers: c4d. The job waits, and its position counts the whole queue.');
  expect([...fake.farm.records.values()].at(-1)?.job.tags).toEqual(['ae24', 'c4d']);
});

it('says before and after the submission what the job may not do', async () => {
  const { person } = renderApp({ user: 'sam', path: '/submit' });
  const warnings = () =>
    within(screen.getByRole('list', { name: 'Warnings' }))
      .getAllByRole('listitem')
      .map((item) => item.textContent);
  await screen.findByLabelText('Template');
  expect(screen.queryByRole('list', { name: 'Warnings' })).toBeNull();
  await fill({ ...VALID, Template: 'Z:\\shows\\intro.aep', Output: '' });
  const path = 'template.src is a path. The host gives nexrender the file:// address of it.';
  await waitFor(() => expect(warnings()).toEqual([expect.stringMatching(/^Nothing of/), path]));
  await fill({ Output: '/renders/intro.mov' });
  await waitFor(() => expect(warnings()).toEqual([path]));
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued/ });
  await waitFor(() => expect(warnings()).toEqual([path]));
});

it('keeps what the form does not show; form and JSON show what the other changed', async () => {
  const { person } = renderApp({ user: 'sam', path: '/submit' });
  await screen.findByLabelText('Template');
  await show(person, 'JSON');
  expect(window.location.search).toBe('?view=json');
  writeJson(JSON.stringify(JOB));
  await show(person, 'Form');
  expect(['Composition', 'Output', 'Value'].map(value)).toEqual(['main', 'intro.mov', '40']);
  screen.getByText('Only in JSON: keyword.');
  await fill({ Template: 'file:///shows/outro.aep', Value: '60' });
  await person.click(screen.getByRole('button', { name: 'Add asset' }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getAllByLabelText('Type')[1]));
  await fill({ File: 'file:///logo.png' });
  await show(person, 'JSON');
  expect(json()).toEqual({
    ...JOB,
    template: { ...JOB.template, src: 'file:///shows/outro.aep' },
    assets: [
      { ...JOB.assets[0], value: 60 },
      { type: 'image', src: 'file:///logo.png' },
    ],
  });
  writeJson('{"template": ');
  await show(person, 'Form');
  await screen.findByText(/^This is not JSON: /);
});

it('names each error at its field and in a summary that takes focus and leads to it', async () => {
  const { person } = renderApp({ user: 'sam', path: '/submit' });
  await screen.findByLabelText('Template');
  await person.click(screen.getByLabelText('Template'));
  await person.tab();
  await screen.findByText('Template is missing.');
  await fill({ Template: '', Composition: '', Priority: '500' });
  await submit(person);
  const summary = await screen.findByRole('region', { name: '3 things are wrong.' });
  expect(document.activeElement).toBe(summary);
  await person.click(within(summary).getByRole('button', { name: /^Priority/ }));
  expect(document.activeElement).toBe(screen.getByLabelText('Priority'));
});

it('shows what the server refuses at its field', async () => {
  const farm = createFakeAdminPort();
  const sentence = 'assets[0].src is not below an asset root.';
  farm.failNext('submitJob', refuse('job_refused', sentence, { field: 'assets[0].src' }));
  const { person } = renderApp({ farm, user: 'sam', path: '/submit' });
  await fill();
  await person.click(screen.getByRole('button', { name: 'Add asset' }));
  await fill({ File: 'file:///logo.png' });
  await submit(person);
  const summary = await screen.findByRole('region', { name: 'One thing is wrong.' });
  expect(screen.getByLabelText('File').getAttribute('aria-invalid')).toBe('true');
  await person.click(
    within(summary).getByRole('button', { name: 'Asset 1, file is not below an asset root.' }),
  );
  expect(document.activeElement).toBe(screen.getByLabelText('File'));
});

it('restores a draft without its secrets, which must be typed again', async () => {
  const first = renderApp({ user: 'sam', path: '/submit' });
  await fill({ Composition: 'spring' });
  await show(first.person, 'JSON');
  writeJson(JSON.stringify({ ...json(), credentials: { password: 'hunter2' }, note: 'a ••• b' }));
  expect(JSON.stringify({ ...window.sessionStorage })).not.toContain('hunter2');
  expect(JSON.stringify({ ...window.sessionStorage })).toContain('spring');

  const kept = { ...window.sessionStorage };
  first.unmount();
  for (const [name, text] of Object.entries(kept)) window.sessionStorage.setItem(name, text);
  const { person } = renderApp({ user: 'sam', path: '/submit' });
  await screen.findByText(/^Draft of \d\d:\d\d restored/);
  expect(value('Composition')).toBe('spring');
  await submit(person);
  await screen.findByRole('button', {
    name: 'credentials: This secret is hidden. Type it again.',
  });
  await person.click(screen.getByRole('button', { name: 'Discard' }));
  expect(value('Composition')).toBe('');
});

it('fills in an earlier job, secrets hidden', async () => {
  const { fake } = aFakeFarm({ waiting: [] });
  const { id } = fake.farm.submit('earlier', 'jonas', 30, { ...JOB, password: 'hunter2' });
  const plain = fake.farm.submit('plain', 'jonas', 30, JOB);
  const { person, unmount } = renderApp({ farm: fake, user: 'sam', path: `/submit?from=${id}` });
  await screen.findByText(/Its secrets are hidden: type them again\./);
  expect(['Name', 'Priority', 'Output'].map(value)).toEqual(['earlier', '30', 'intro.mov']);
  await submit(person);
  await screen.findByRole('button', { name: 'password: This secret is hidden. Type it again.' });
  expect(fake.farm.records.size).toBe(3);
  unmount();
  renderApp({ farm: fake, user: 'sam', path: `/submit?from=${plain.id}` });
  expect((await screen.findByText(/^From job/)).textContent).toBe('From job plain. ');
});

it('tells what will be hidden, hides what the user names, and asks for both again', async () => {
  const { fake } = aFakeFarm({ waiting: [] });
  const { person, unmount } = renderApp({ farm: fake, user: 'sam', path: '/submit?view=json' });
  await screen.findByLabelText('Secret values');
  writeJson(JSON.stringify({ ...JOB, tags: 'spring', ftpPass: 'hunter2', product: 'Blue Falcon' }));
  fireEvent.change(screen.getByLabelText('Secret values'), { target: { value: 'produc' } });
  await submit(person);
  await screen.findByRole('button', { name: 'Secret values: The job has no value at produc.' });
  fireEvent.change(screen.getByLabelText('Secret values'), { target: { value: 'product' } });
  const preview = screen.getByRole('status', { name: 'Hidden values' });
  expect(preview.textContent).toBe(
    '2 values hidden: product (named by the job), ftpPass (by its name).',
  );
  expect(JSON.stringify({ ...window.sessionStorage })).not.toContain('Blue Falcon');
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued[.]/ });
  const [id = ''] = [...fake.farm.records.keys()].slice(-1);
  unmount();

  const shown = renderApp({ farm: fake, user: 'sam', path: `/jobs/${id}?tab=definition` });
  const list = await screen.findByRole('list', { name: 'Hidden values' });
  expect([...list.children].map(({ textContent }) => textContent)).toEqual([
    'product (named by the job)',
    'ftpPass (by its name)',
  ]);
  expect(document.body.textContent).not.toContain('Blue Falcon');
  shown.unmount();

  // Of another user's job the secrets are not kept.
  const record = fake.farm.records.get(id);
  if (record !== undefined) record.job = { ...record.job, submittedBy: 'jonas' };
  const again = renderApp({ farm: fake, user: 'sam', path: `/submit?from=${id}` });
  await screen.findByText(/^From /);
  expect(screen.getByLabelText<HTMLTextAreaElement>('Secret values').value).toBe('product');
  await submit(again.person);
  await screen.findByRole('button', { name: 'product: This secret is hidden. Type it again.' });
  screen.getByRole('button', { name: 'ftpPass: This secret is hidden. Type it again.' });
});

it('takes a file, and tells a viewer whom to ask', async () => {
  const { person, unmount } = renderApp({ user: 'sam', path: '/submit' });
  await screen.findByLabelText('Template');
  const file = new File([JSON.stringify(JOB)], 'intro.json', { type: 'application/json' });
  await person.upload(screen.getByLabelText('JSON file'), file);
  await screen.findByText('Read from intro.json.');
  await waitFor(() => expect(value('Output')).toBe('intro.mov'));
  for (const [name, words] of [
    ['intro.aep', /^intro\.aep is not uploaded\. Hosts read templates themselves/],
    ['notes.json', /^notes\.json cannot be used\. This is not JSON/],
  ] as const) {
    const wrong = new File(['RIFX'], name, { type: 'application/json' });
    fireEvent.change(screen.getByLabelText('JSON file'), { target: { files: [wrong] } });
    await screen.findByText(words);
  }
  expect(value('Output')).toBe('intro.mov');
  unmount();
  renderApp({ user: 'vera', path: '/submit' });
  await screen.findByText('You may not submit. Ask ada for the right.');
  expect(screen.queryByRole('button', { name: 'Submit' })).toBeNull();
});

import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { fill, submit, value } from '../../../testing/fill-submit-form.ts';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';
// Loaded before the first test, so that none waits for it.
import './submit-page.tsx';

const JOB = {
  template: { src: 'file:///shows/intro.aep', composition: 'main' },
  assets: [{ type: 'data', layerName: 'title', property: 'Opacity', value: 40 }],
};

it('an edited copy keeps hidden secrets, names its source, and is named by it', async () => {
  const { fake } = aFakeFarm({ waiting: [] });
  const job = { ...JOB, assets: [{ ...JOB.assets[0], apiKey: 'hunter2' }] };
  const { id } = fake.farm.submit('earlier', 'sam', 30, job);
  const { person } = renderApp({ farm: fake, user: 'sam', path: `/submit?from=${id}` });
  await screen.findByText(/Its secrets stay hidden/);
  await fill({ Template: 'file:///evil.aep' });
  await submit(person);
  const words = /^Asset 1, apiKey: This secret is hidden, and its part/;
  await screen.findByRole('button', { name: words });
  await fill({ Template: 'file:///shows/intro.aep', Composition: 'spring' });
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued[.]/ });
  const made = [...fake.farm.records.values()].at(-1);
  expect(made).toMatchObject({
    rerunOf: id,
    nexrenderJob: { template: { composition: 'spring' }, assets: [{ apiKey: 'hunter2' }] },
  });
  expect(document.documentElement.outerHTML).not.toContain('hunter2');
  expect(JSON.stringify({ ...window.sessionStorage })).not.toContain('hunter2');
  await person.click(screen.getByRole('link', { name: 'the earlier job' }));
  await screen.findByRole('heading', { level: 1, name: 'earlier' });
  const newer = screen.getByText('Run again as').parentElement;
  const links = within(newer ?? document.body).getByRole('link');
  expect(links.getAttribute('href')).toBe(`/jobs/${made?.job.id}`);
});

it('a path of any system is turned when its field is left, shown, and turned back', async () => {
  const { person } = renderApp({ user: 'sam', path: '/submit' });
  const field = await screen.findByLabelText('Template');
  await person.click(field);
  await person.paste('"C:\\shows\\Mein Film.aep"');
  await person.tab();
  expect(value('Template')).toBe('file:///C:/shows/Mein%20Film.aep');
  await screen.findByText(/^Turned into the form that nexrender takes\. It was/);
  await person.click(screen.getByRole('button', { name: 'Undo' }));
  expect(value('Template')).toBe('"C:\\shows\\Mein Film.aep"');
  await person.click(field);
  await person.tab();
  expect(value('Template')).toBe('"C:\\shows\\Mein Film.aep"');
});

it('offers recent templates with their compositions', async () => {
  const { fake } = aFakeFarm({ waiting: [] });
  const other = { ...JOB, template: { ...JOB.template, composition: 'teaser' } };
  for (const job of [JOB, other]) fake.farm.submit('earlier', 'jonas', 30, job);
  renderApp({ farm: fake, user: 'sam', path: '/submit' });
  const offered = async (label: string) =>
    [...((await screen.findByLabelText<HTMLInputElement>(label)).list?.options ?? [])].map(
      (option) => option.value,
    );
  await waitFor(async () => expect(await offered('Template')).toEqual([JOB.template.src]));
  expect(await offered('Composition')).toEqual([]);
  await fill({ Template: JOB.template.src });
  await waitFor(async () => expect(await offered('Composition')).toEqual(['teaser', 'main']));
});

it('each error of a pasted job has its line, and leads there', async () => {
  const { person } = renderApp({ user: 'sam', path: '/submit?view=json' });
  const field = await screen.findByLabelText<HTMLTextAreaElement>('nexrender job');
  const paste = async (text: string) => {
    await person.clear(field);
    await person.click(field);
    await person.paste(text);
  };
  await paste('{\n  "template": {\n    "src": 4\n  },\n  "assets": [\n    {}\n  ]\n}');
  const errors = within(await screen.findByRole('region', { name: 'Errors in the JSON' }));
  const names = () => errors.getAllByRole('button').map(({ textContent }) => textContent);
  await waitFor(() =>
    expect(names()).toEqual([
      'Line 2, column 3: Composition is missing.',
      'Line 3, column 12: Template is missing.',
      'Line 6, column 5: Asset 1, type: The type of an asset is missing.',
    ]),
  );
  await person.click(errors.getByRole('button', { name: /^Line 3/ }));
  expect(document.activeElement).toBe(field);
  expect(field.value.slice(field.selectionStart, field.selectionEnd)).toBe('4');
  await paste('{\n  "template": {"src" 4},\n}');
  await waitFor(() =>
    expect(names()).toEqual([
      'Line 2, column 22: A colon is missing here.',
      'Line 3, column 1: A name in quotes is missing here.',
    ]),
  );
});

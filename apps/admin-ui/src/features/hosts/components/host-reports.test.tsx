import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

it('a host shows what its preparation and its kill test found', async () => {
  const { fake, hosts } = aFakeFarm();
  const [first, second] = hosts;
  const at = new Date().toISOString();
  first.preparation = {
    at,
    findings: [
      { name: 'session', state: 'todo', sentence: 'Log on at the console.' },
      { name: 'startup script', state: 'done', sentence: 'It was written.' },
      { name: 'antivirus', state: 'unknown', sentence: 'A person must look.' },
    ],
  };
  first.killTest = { at, findings: [{ name: 'grandchildren', state: 'ok', sentence: 'Ended.' }] };
  const { person } = renderApp({ farm: fake, path: '/hosts' });
  const card = async (name: string) => {
    await person.click(await screen.findByRole('link', { name }));
    return within(await screen.findByRole('region', { name }));
  };
  const shown = await card(first.name);
  shown.getByText(/^1 to do, 1 not known/);
  shown.getByText('To do: session. Log on at the console.');
  shown.getByText('Done: startup script. It was written.');
  shown.getByText('Not known: antivirus. A person must look.');
  shown.getByText(/^held/);
  shown.getByText('OK: grandchildren. Ended.');
  expect((await card(second.name)).getAllByText('never run')).toHaveLength(2);
});

it('a host shows what it put out for jobs that the database has lost', async () => {
  const { fake, hosts } = aFakeFarm();
  const [first] = hosts;
  const at = new Date().toISOString();
  const lost = { jobId: 'j1', attemptId: 'a1', outputs: ['/out/a.mov'], isSure: true, at };
  first.lostOutputs = [lost];
  const { person } = renderApp({ farm: fake, path: '/hosts' });
  await person.click(await screen.findByRole('link', { name: first.name }));
  const shown = within(await screen.findByRole('region', { name: first.name }));
  shown.getByText(/^The database lost job j1, .* Its output is out: \/out\/a.mov\.$/);
});

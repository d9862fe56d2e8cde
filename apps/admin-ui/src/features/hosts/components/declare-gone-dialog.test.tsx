import { refuse } from '@renderdeck/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

/** render-01 fell silent while it rendered spot_0142, which was cancelled. */
async function aSilentHost() {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  fake.farm.silence('render-01');
  fake.farm.loseHost(running);
  return { fake, running };
}
const card = async () => within(await screen.findByRole('region', { name: 'render-01' }));

it('declares a silent host gone after its name was typed, and links its receipts', async () => {
  const { fake, running } = await aSilentHost();
  const { person } = renderApp({ farm: fake, path: '/hosts?host=render-01' });
  (await card()).getByRole('link', { name: '1 attempt not proven' });
  await person.click((await card()).getByRole('button', { name: 'Declare gone: render-01' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Declare render-01 gone?' }));
  expect(document.activeElement?.textContent).toBe('Keep waiting');
  dialog.getByText(/^1 attempt on it may still run, and nothing will prove otherwise\./);

  const red = dialog.getByRole('button', { name: 'Declare gone' });
  await person.type(dialog.getByLabelText('Reason'), 'It burned.');
  await person.type(dialog.getByLabelText('Name of the host'), 'render-0');
  await person.click(red);
  expect(red.getAttribute('aria-disabled')).toBe('true');
  await person.type(dialog.getByLabelText('Name of the host'), '1');
  await person.click(red);
  await waitFor(() =>
    expect(dialog.getByRole('status').textContent).toMatch(
      /^render-01 is declared gone\. 1 attempt on it count/,
    ),
  );
  expect(fake.audit.filter(({ action }) => action === 'declareHostGone')).toMatchObject([
    { outcome: 'done', reason: 'It burned.' },
  ]);

  await person.click(dialog.getByRole('link', { name: `job ${running.slice(0, 8)}` }));
  await screen.findByRole('heading', {
    name: /^Declared gone\. ada declared render-01 gone at .*: It burned\. Nothing proves/,
  });
  expect(screen.getByText('none: render-01 was declared gone')).toBeTruthy();
  await person.click(screen.getByRole('link', { name: 'Hosts' }));
  await person.click(await screen.findByRole('link', { name: 'render-01' }));
  await (await card()).findByText(/^ada declared it gone at .*: It burned\.$/);
  expect((await card()).queryByRole('button', { name: /gone/ })).toBeNull();
});

it('says why the server refuses it, and that it may be done without an answer', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.loseHost(running);
  const { person } = renderApp({ farm: fake, path: '/hosts?host=render-01' });
  await person.click(await screen.findByRole('button', { name: 'Declare gone: render-01' }));
  const dialog = within(await screen.findByRole('dialog'));
  await person.type(dialog.getByLabelText('Name of the host'), 'render-01');
  await person.type(dialog.getByLabelText('Reason'), 'It burned.{Enter}');
  await dialog.findByText(/^Not declared\. The host was heard within its lease/);
  fake.failNext('declareHostGone', refuse('outcome_unknown'));
  await person.click(dialog.getByRole('button', { name: 'Declare gone' }));
  await dialog.findByText('No answer. It may have been done. Look before you repeat it.');
  await person.click(dialog.getByRole('button', { name: 'Keep waiting' }));
  await waitFor(() =>
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Declare gone: render-01'),
  );
});

it('is not offered for a host that is heard and has nothing open', async () => {
  openPage({ path: '/hosts?host=render-01' });
  await card();
  expect(screen.queryByRole('button', { name: /gone/ })).toBeNull();
});

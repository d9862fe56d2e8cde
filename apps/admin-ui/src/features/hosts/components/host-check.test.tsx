import { refuse } from '@renderdeck/contract';
import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { openPage } from '../../../testing/render-app.tsx';

const card = async () => within(await screen.findByRole('region', { name: 'render-01' }));

it('lets a host check itself, and shows what it found', async () => {
  const { fake, person } = openPage({ path: '/hosts?host=render-01' });
  (await card()).getByText('This host has not checked itself yet.');
  await person.click((await card()).getByRole('button', { name: 'Check now: render-01' }));
  await (await card()).findByText('Checks itself…');
  fake.farm.answerCheck('render-01');
  await (await card()).findByText(/^It can render/);
  (await card()).getByText('Holds: render. It rendered a frame.');
  await (await card()).findByText('Check now');
  expect(fake.audit.filter(({ action }) => action === 'checkHost')).toMatchObject([
    { outcome: 'done' },
  ]);
});

it('says why the server refuses it, and that it may be done without an answer', async () => {
  const { fake, hosts, person } = openPage({ path: '/hosts?host=render-01' });
  const button = (await card()).getByRole('button', { name: 'Check now: render-01' });
  fake.failNext('checkHost', refuse('outcome_unknown'));
  await person.click(button);
  await (await card()).findByText('No answer. It may have been done. Look before you repeat it.');
  hosts[0].state = 'silent';
  await person.click(button);
  await (await card()).findByText(/^Not checked\. The host is not heard/);
  expect(screen.queryByRole('button', { name: 'Check now: render-01' })).toBeNull();
});

it('is not offered to a viewer', async () => {
  openPage({ path: '/hosts?host=render-01', user: 'vera' });
  await card();
  expect(screen.queryByRole('button', { name: /Check now/ })).toBeNull();
});

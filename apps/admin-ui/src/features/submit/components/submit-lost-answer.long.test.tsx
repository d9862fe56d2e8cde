/* A submission whose answer is lost: nobody knows whether its job is queued. */
import { refuse } from '@renderdeck/contract';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aLosingLink } from '../../../testing/a-losing-link.ts';
import { fill, submit, value } from '../../../testing/fill-submit-form.ts';
import { renderApp } from '../../../testing/render-app.tsx';
// Loaded before the first test, so that none waits for it.
import './submit-page.tsx';

/** A farm that queues a job at each call, and answers the first ones with these errors. */
function aFarmThatAnswers(...errors: Error[]) {
  const farm = createFakeAdminPort();
  const { submitJob } = farm.port;
  const calls = { count: 0 };
  farm.port.submitJob = async (...given) => {
    const made = await submitJob(...given);
    const error = errors[calls.count];
    calls.count += 1;
    if (error !== undefined) throw error;
    return made;
  };
  const names = () => [...farm.farm.records.values()].map(({ job }) => job.name);
  return { farm, calls, names };
}

/** A user of this farm, who has submitted a job on its page. */
async function submitTo(
  farm: ReturnType<typeof createFakeAdminPort>,
  links: ReturnType<typeof aLosingLink>[] = [],
) {
  const { person } = renderApp({ farm, user: 'sam', path: '/submit', links });
  await fill();
  await submit(person);
  return person;
}

it('says that a lost answer is not confirmed, asks again, and queues one job', async () => {
  const farm = createFakeAdminPort();
  await submitTo(farm, [aLosingLink('submitJob')]);
  await screen.findByText('Sent, not confirmed. Checking…');
  expect(screen.queryByText(/^Queued/)).toBeNull();
  await screen.findByRole('heading', { name: /^Queued/ });
  expect(farm.farm.records.size).toBe(1);
});

it('asks again after a lost commit, also while the server is unavailable', async () => {
  const away = [refuse('outcome_unknown'), refuse('unavailable')];
  const { farm, calls, names } = aFarmThatAnswers(...away);
  await submitTo(farm);
  await screen.findByText('Sent, not confirmed. Checking…');
  expect(screen.queryByText(/^Not /)).toBeNull();
  await screen.findByRole('heading', { name: /^Queued/ });
  expect([calls.count, names()]).toEqual([3, ['main']]);
});

it('says that an unavailable server queued nothing, and keeps the draft', async () => {
  const farm = createFakeAdminPort();
  farm.failNext('submitJob', refuse('unavailable'));
  const person = await submitTo(farm);
  await screen.findByRole('heading', { name: 'Not submitted. One thing is wrong.' });
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued/ });
  expect(farm.farm.records.size).toBe(1);
});

it('a draft that was changed after it was sent is not shown as queued', async () => {
  const { farm, names } = aFarmThatAnswers(new Error('a bug after the commit'));
  const person = await submitTo(farm);
  await screen.findByText(/^It was sent and not confirmed: it may be queued\./);
  screen.getByText('Not confirmed. Renderdeck failed; the log has this request id.');
  expect(screen.queryByText(/Not submitted/)).toBeNull();
  await fill({ Composition: 'spring' });
  await submit(person);
  const told = await screen.findByText(/^Not submitted\. You changed this draft after it was sent/);
  expect(names()).toEqual(['main']);
  const [first] = farm.farm.records.keys();
  expect(within(told).getByRole('link').getAttribute('href')).toBe(`/jobs/${first}`);
  expect(value('Composition')).toBe('spring');
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued/ });
  expect(names()).toEqual(['main', 'spring']);
});

it('a refusal after a lost answer does not say that the draft was not submitted', async () => {
  const errors = [refuse('outcome_unknown'), refuse('too_many_requests')];
  const { farm, names } = aFarmThatAnswers(...errors);
  const person = await submitTo(farm);
  await screen.findByRole('heading', { name: 'Not confirmed. One thing is wrong.' });
  await screen.findByText(/^It was sent and not confirmed: it may be queued\./);
  await submit(person);
  await screen.findByRole('heading', { name: /^Queued/ });
  expect(names()).toEqual(['main']);
});

import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { onlyMatches } from '../../../testing/page-parts.ts';
import { aFakeFarm, raise, renderApp } from '../../../testing/render-app.tsx';
// Loaded before the first test, so that none waits for it.
import './job-panel.tsx';

const WHOLE = 'No host offers: c4d. The job waits, and its position counts the whole queue.';

/** `first`, and behind it a job that needs these tags; render-01 and render-02 offer nothing. */
function aTaggedJob(tags = 'c4d') {
  const { fake } = aFakeFarm({ waiting: ['first'] });
  const { id } = fake.farm.submit('tagged', 'jonas', 50, { tags });
  return { fake, id };
}
type Fake = ReturnType<typeof aTaggedJob>['fake'];
/** A host starts again and offers these tags. */
function offer({ farm }: Fake, name: string, tags: string[]) {
  const host = farm.hosts.find((one) => one.name === name);
  farm.hosts.splice(farm.hosts.indexOf(host ?? raise()), 1, { ...(host ?? raise()), tags });
  farm.tellHost(name);
}
const row = async () =>
  within((await screen.findByRole('link', { name: 'tagged' })).closest('tr') ?? raise());
const says = async () => (await row()).getAllByRole('cell').map((cell) => cell.textContent);

afterEach(() => void vi.unstubAllGlobals());

it('its row says which tags no host offers, until one does, and once it is gone', async () => {
  const { fake } = aTaggedJob();
  renderApp({ farm: fake });
  const short = await (await row()).findByText(/^No host offers: c4d/);
  expect(short.textContent).toBe(
    'No host offers: c4d; start not known. Its position counts the whole queue.',
  );
  expect(short.title).toBe(WHOLE);
  expect((await says())[0]).toBe('2');
  offer(fake, 'render-02', ['c4d']);
  await waitFor(async () => expect(await says()).not.toContainEqual(expect.stringMatching('c4d')));
  fake.farm.silence('render-02');
  const host = fake.farm.hosts.find(({ name }) => name === 'render-02') ?? raise();
  const gone = { at: new Date().toISOString(), by: 'ada', reason: 'It burned.' };
  fake.farm.hosts.splice(fake.farm.hosts.indexOf(host), 1, { ...host, gone });
  fake.farm.tellHost('render-02');
  await (await row()).findByText(/^No host offers: c4d/);
});

it('says so where hosts offer each tag, but none offers all', async () => {
  const { fake } = aTaggedJob('c4d,ae24');
  offer(fake, 'render-01', ['c4d']);
  offer(fake, 'render-02', ['ae24']);
  renderApp({ farm: fake });
  await (await row()).findByText(/^No host offers all of: ae24, c4d/);
});

it('the card of a narrow window and the panel beside the list say it too', async () => {
  const { fake, id } = aTaggedJob();
  onlyMatches('1600px');
  const { unmount } = renderApp({ farm: fake, path: `/queue?job=${id}` });
  const panel = within(await screen.findByRole('complementary', { name: 'Selected job' }));
  await panel.findByText(WHOLE);
  await panel.findByText('Position 2 of 2 in the whole queue');
  panel.getByText('Tags: c4d');
  unmount();
  onlyMatches('900px');
  renderApp({ farm: fake });
  const cards = within(await screen.findByRole('list', { name: 'Jobs' }));
  const card = (await cards.findByText('tagged')).closest('li');
  expect(card?.textContent).toMatch(/^2tagged.*No host offers: c4d;/);
});

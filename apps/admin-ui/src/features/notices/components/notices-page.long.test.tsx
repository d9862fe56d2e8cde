import { exampleDelivery, PROOF_LIMIT_MS, refuse } from '@renderdeck/contract';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, openPage, raise, renderApp } from '../../../testing/render-app.tsx';
// Loaded when notices are turned on, and here before that.
import '../../../notices/follow-notices.ts';

const MAY_BE_DONE = 'No answer. It may have been done. Look before you repeat it.';
/** The notices that the browser has shown. */
let shown: { title: string; body: string | undefined }[] = [];
let permission: NotificationPermission = 'granted';
let asked = 0;
class FakeNotification {
  static get permission() {
    return permission;
  }
  static async requestPermission() {
    asked += 1;
    permission = 'granted';
    return permission;
  }
  constructor(title: string, options?: NotificationOptions) {
    if (title !== 'Notices are on') shown.push({ title, body: options?.body });
  }
}
beforeEach(() => {
  shown = [];
  asked = 0;
  permission = 'granted';
  vi.stubGlobal('Notification', FakeNotification);
});
afterEach(() => vi.unstubAllGlobals());

it('adds a webhook, shows its secret once, and sends a test', async () => {
  const { fake, person } = openPage({ path: '/notices' });
  await screen.findByText('No webhook. Add one to send messages to another program.');
  await person.click(screen.getByRole('button', { name: 'Add webhook' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Add webhook' }));
  await person.type(dialog.getByLabelText('Name'), 'night shift');
  await person.type(dialog.getByLabelText('Address'), 'ftp://desk.example');
  await person.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText(/^Not saved\. address: An address is a URL with http or https/);
  await person.clear(dialog.getByLabelText('Address'));
  await person.type(dialog.getByLabelText('Address'), 'https://desk.example/hook');
  fake.failNext('createWebhook', refuse('outcome_unknown'));
  await person.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText(MAY_BE_DONE);
  await person.click(dialog.getByLabelText('A stop is not proven, and when it is settled'));
  await person.click(dialog.getByRole('button', { name: 'Save' }));
  await dialog.findByText('whsec_c2VjcmV0');
  await person.click(dialog.getByText('Close'));

  const heading = await screen.findByRole('heading', { name: 'night shift' });
  const card = within(heading.closest('li') ?? document.body);
  card.getByText('A job fails · A stop is not proven, and when it is settled');
  expect(document.body.textContent).not.toContain('whsec_');
  await person.click(card.getByRole('button', { name: 'Send a test: night shift' }));
  await card.findByText('Test delivered: answer 200 after 12 ms: ok');
  await screen.findByText(/^Delivered: answer 200 after 12 ms: ok$/);
  await person.click(card.getByRole('button', { name: 'Delete: night shift' }));
  await screen.findByRole('dialog', { name: 'Delete night shift?' });
  expect(document.activeElement?.textContent).toBe('Keep');
  fake.failNext('deleteWebhook', refuse('outcome_unknown'));
  await person.click(screen.getByRole('button', { name: 'Delete webhook' }));
  await screen.findByText(MAY_BE_DONE);
  await person.click(screen.getByRole('button', { name: 'Delete webhook' }));
  await waitFor(() => expect(screen.queryByRole('heading', { name: 'night shift' })).toBeNull());
  expect(fake.audit.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['createWebhook', 'testWebhook', 'deleteWebhook']),
  );
});

it('shows a message to the callback of a job, and sends it again', async () => {
  const { fake } = aFakeFarm();
  fake.deliveries.push({ ...exampleDelivery, webhook: null });
  const { person } = renderApp({ farm: fake, path: '/notices' });
  const again = 'Send again: Job failed Intro to the callback of the job';
  const button = await screen.findByRole('button', { name: again });
  expect(button.closest('li')?.textContent).toContain('Intro to the callback of the job, ');
  await person.click(button);
  await waitFor(() => expect(fake.audit.map(({ action }) => action)).toContain('redeliver'));
});

it('a submitter reads whom to ask, and may turn on notices of the browser', async () => {
  permission = 'denied';
  const { person } = renderApp({ user: 'sam', path: '/notices' });
  await screen.findByText('Webhooks are for admins. Ask ada to add one.');
  expect(screen.queryByRole('button', { name: 'Add webhook' })).toBeNull();
  const turnOn = screen.getByRole('button', { name: 'Turn on' });
  screen.getByText(/^The browser refuses notices from this page\./);
  await person.click(turnOn);
  expect([turnOn.getAttribute('aria-disabled'), asked]).toEqual(['true', 0]);
  permission = 'default';
  fireEvent(document, new Event('visibilitychange'));
  await waitFor(() => expect(turnOn.getAttribute('aria-disabled')).toBeNull());
  expect(asked).toBe(0);
  await person.click(turnOn);
  await screen.findByText('This browser shows notices while a page of Renderdeck is open in it.');
  expect(asked).toBe(1);
});

/** Turns notices on, and waits until the page hears of changes. */
async function turnOn({ person, api }: Pick<ReturnType<typeof openPage>, 'person' | 'api'>) {
  await person.click(await screen.findByRole('button', { name: 'Turn on' }));
  await waitFor(() => expect(api.connection.state().kind).toBe('live'));
}

/** A page with notices, which follows the running job. */
async function followRunning() {
  const page = openPage({ user: 'vera', path: '/notices' });
  await turnOn(page);
  await page.person.click(screen.getByRole('link', { name: 'Queue' }));
  await page.person.click(await screen.findByRole('link', { name: 'spot_0142' }));
  await page.person.click(await screen.findByRole('button', { name: 'Follow' }));
  await screen.findByRole('button', { name: 'Following', pressed: true });
  return page;
}

it('tells once that a followed job has ended, and nothing of others', async () => {
  const { fake, running, api, recordOf } = await followRunning();
  const record = recordOf(running);
  record.job = { ...record.job, warnings: ['It may have been published twice.'] };
  fake.farm.complete(running);
  await waitFor(() => expect(shown).toEqual([expect.objectContaining(FINISHED)]));
  fake.farm.claimNext('render-01');
  fake.farm.complete((await api.client.listJobs.query({})).jobs[0]?.id ?? '');
  await waitFor(async () =>
    expect((await api.client.listJobs.query({ show: 'ended' })).jobs).toHaveLength(2),
  );
  expect(shown).toHaveLength(1);
});
const FINISHED = {
  title: 'Finished: spot_0142',
  body: expect.stringMatching(/It may have been published twice\.$/),
};

it('tells that a stop is not proven, of any job, and no more than that', async () => {
  const { fake, running, ...page } = openPage({ user: 'vera', path: '/notices' });
  await turnOn(page);
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  fake.farm.loseHost(running);
  const body = 'Something of it may still run on render-01.';
  await waitFor(() => expect(shown).toEqual([{ title: 'Not proven: spot_0142', body }]));
});

it('writes out in a notice what would turn or forge its text', async () => {
  const { fake, running, recordOf } = await followRunning();
  const record = recordOf(running);
  record.job = { ...record.job, name: 'a\u202e\nNot proven: b' };
  fake.farm.fail(running, 'no\u001b[2J <b>footage</b>');
  const title = String.raw`Failed: a\u202e Not proven: b`;
  const body = expect.stringMatching(/no\\x1b\[2J <b>footage<\/b>$/);
  await waitFor(() => expect(shown).toEqual([{ title, body }]));
});

it('tells that a stop is late that was asked before the page was open', async () => {
  const { fake, running, recordOf } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  const record = recordOf(running);
  const at = new Date(Date.now() - PROOF_LIMIT_MS);
  const stopRequest = { ...(record.job.stopRequest ?? raise()), at };
  record.job = { ...record.job, stopRequest };
  await turnOn(renderApp({ farm: fake, user: 'vera', path: '/notices' }));
  const title = 'Not proven: spot_0142';
  await waitFor(() => expect(shown).toEqual([expect.objectContaining({ title })]));
});

it('tells that a followed job finished before its stop', async () => {
  const { fake, running } = await followRunning();
  fake.farm.passGate(running);
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  fake.farm.finishFirst(running);
  const body = 'It ended before the stop. Its output is kept.';
  await waitFor(() => expect(shown).toEqual([{ title: 'Finished first: spot_0142', body }]));
});

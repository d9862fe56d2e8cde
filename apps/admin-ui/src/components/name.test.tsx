/* Names that others chose do not turn the direction of a page and cannot hide in it. */
import { visibleText } from '@renderdeck/contract';
import { FAKE_PASSWORD } from '@renderdeck/contract/testing/fake-admin-port';
import { render, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { A_DOWNLOAD } from '../testing/a-job.ts';
import { anAdmin } from '../testing/an-admin.ts';
import { aFakeFarm, openPage, renderApp } from '../testing/render-app.tsx';
import { Name } from './name.tsx';

/** Turns the direction of the text after it, begins an escape sequence, and is an element. */
const EVIL = '\u202egpj.exe\u001b[2J<img onerror=alert(1) src>';
const SEEN = String.raw`\u202egpj.exe\x1b[2J<img onerror=alert(1) src>`;

it('a name is isolated, and shows its control characters', () => {
  render(<Name of={EVIL} />);
  const name = screen.getByText(SEEN);
  expect(name.tagName).toBe('BDI');
});

/** What a page shows and says, and its title; not what a field holds for editing. */
function everyText(): readonly string[] {
  const texts = [document.title];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) texts.push(node.data);
    if (node instanceof Element)
      for (const name of ['title', 'aria-label', 'alt', 'placeholder', 'aria-description'])
        texts.push(node.getAttribute(name) ?? '');
  }
  return texts.filter((text) => text !== visibleText(text));
}

/** A farm where every text that somebody may choose turns the direction. */
async function anEvilFarm() {
  const { fake } = aFakeFarm({ waiting: [] });
  const host = fake.farm.hosts[1];
  if (host === undefined) throw new Error('no host');
  Object.assign(host, { name: `host ${EVIL}`, problem: `problem ${EVIL}`, renderer: EVIL });
  const job = {
    template: { src: `file:///a/${EVIL}.aep`, composition: `comp ${EVIL}` },
    actions: { postrender: [{ module: '@nexrender/action-copy', output: `out ${EVIL}.mov` }] },
    tags: 'ae',
  };
  const ids = [1, 2, 3].map((n) => fake.farm.submit(`job ${n} ${EVIL}`, `sam ${EVIL}`, 90, job).id);
  fake.farm.claimNext(host.name);
  fake.farm.claimNext(host.name);
  const [failed = '', running = ''] = ids;
  fake.farm.fail(failed, `failed ${EVIL}`);
  fake.farm.logOf(running).push({
    ...{ attempt: 1, seq: 1, at: new Date().toISOString(), stream: 'aerender' },
    lines: [`line ${EVIL}`],
  });
  fake.farm.progress(running, 0, null, { ...A_DOWNLOAD, names: [`name ${EVIL}`] });
  const admin = anAdmin(`admin ${EVIL}`);
  const account = { name: `user ${EVIL}`, role: 'admin', password: FAKE_PASSWORD } as const;
  await fake.port.createUser(admin, account);
  await fake.port.login(admin, { username: account.name, password: FAKE_PASSWORD });
  await fake.port.createToken(admin, { name: `token ${EVIL}`, role: 'viewer' });
  await addNotices(fake, admin, ids[0] ?? '');
  return { fake, ids };
}

/** A webhook, and messages with answers that the other program chose. */
async function addNotices(
  { port, deliveries }: ReturnType<typeof aFakeFarm>['fake'],
  admin: ReturnType<typeof anAdmin>,
  jobId: string,
): Promise<void> {
  const name = `webhook ${EVIL}`;
  await port.createWebhook(admin, {
    ...{ name, address: 'https://host.example/', events: ['failed'], shape: 'renderdeck' },
    ...{ submittedBy: `by ${EVIL}`, namePart: `part ${EVIL}`, host: `on ${EVIL}` },
  });
  const { delivery } = await port.testWebhook(admin, { name });
  const [made] = delivery.tries;
  const { webhooks } = await port.listWebhooks(admin);
  if (made === undefined || webhooks[0] === undefined) throw new Error('no webhook, or no try');
  const unanswered = { ...made, status: null, error: `error ${EVIL}` };
  Object.assign(webhooks[0], { lastTry: unanswered });
  const about = { jobName: `job ${EVIL}`, host: `host ${EVIL}` };
  const one = { ...delivery, ...about, tries: [unanswered], id: crypto.randomUUID() };
  const other = { ...one, tries: [{ ...made, answer: `answer ${EVIL}` }], id: crypto.randomUUID() };
  deliveries.unshift({ ...one, type: 'host.silent' }, { ...other, type: 'job.failed', jobId });
}

const NO_HOST = `/hosts?host=${encodeURIComponent(`nobody ${EVIL}`)}`;
/** For a page with more than one list: what each list shows. */
const MUST_SHOW: Readonly<Record<string, readonly string[]>> = {
  '/access': ['user ', 'token ', 'admin '],
  [NO_HOST]: ['No host is named nobody '],
  '/notices': ['webhook ', 'part ', 'error ', 'answer '],
};

it.each([
  '/queue',
  '/queue?show=all',
  '/hosts',
  `/hosts?host=${encodeURIComponent(`host ${EVIL}`)}`,
  NO_HOST,
  '/audit',
  '/measures?range=24h',
  '/access',
  '/notices',
  ...['overview', 'log', 'definition', 'history'].flatMap((tab) =>
    [0, 1, 2].map((n) => `/jobs/${n}?tab=${tab}`),
  ),
  '/submit?from=0',
])('%s shows no character that it would obey', async (path) => {
  const { fake, ids } = await anEvilFarm();
  const at = path.replace(
    /(jobs\/|from=)(\d)/,
    (_all, before: string, n: string) => before + ids[Number(n)],
  );
  const { api } = renderApp({ farm: fake, path: at });
  await api.client.cancelJob.mutate({ id: ids[2] ?? '', reason: `reason ${EVIL}`, waitMs: 0 });
  await screen.findByRole('heading', { level: 1 });
  await waitFor(() => expect(document.body.textContent).not.toMatch(/Loading/));
  await waitFor(() => {
    for (const text of MUST_SHOW[path] ?? [''])
      expect(document.body.textContent).toContain(`${text}${SEEN}`);
  });
  expect(everyText()).toEqual([]);
  expect(document.querySelector('[onerror]')).toBeNull();
});

it('saved views that others wrote into this browser are shown, and lead to the queue', async () => {
  const name = `view ${EVIL}`;
  const search = { show: 'ended', order: 'javascript:alert(1)', q: name, mask: { to: '//evil' } };
  const views = [{ name, search }, { name: 'no search' }, 'no view'];
  window.localStorage.setItem('renderdeck-views-ada', JSON.stringify(views));
  const { person } = openPage({ path: '/queue' });
  await person.click(await screen.findByRole('button', { name: 'Views' }));
  const items = await screen.findAllByRole('menuitem');
  expect(items.map((item) => item.textContent)).toEqual([`view ${SEEN}`, 'Save or remove views']);
  expect(everyText()).toEqual([]);
  await person.click(items[0] ?? document.body);
  await screen.findByDisplayValue(name);
  expect(window.location.pathname).toBe('/queue');
  const kept = [...new URLSearchParams(window.location.search)];
  expect(kept).toEqual([
    ['show', 'ended'],
    ['q', name],
  ]);
  expect(everyText()).toEqual([]);
  expect(document.querySelector('[onerror]')).toBeNull();
});

/* Names and texts that others chose neither turn a page nor hide in it, wherever it shows them. */
import { visibleText } from '@renderdeck/contract';
import { render, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFarm, renderApp } from '../testing/render-app.tsx';
import { Name } from './name.tsx';

/** Turns the direction of what follows, and begins an escape sequence. */
const EVIL = '\u202egpj.exe\u001b[2J';
const SEEN = String.raw`\u202egpj.exe\x1b[2J`;

it('a name is isolated, and shows what a page would obey', () => {
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

/** A farm in which everything that somebody may choose turns the page. */
function anEvilFarm() {
  const { fake } = aFarm({ waiting: [] });
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
  return { fake, ids };
}

it.each([
  '/queue',
  '/queue?show=all',
  '/hosts',
  `/hosts?host=${encodeURIComponent(`host ${EVIL}`)}`,
  '/audit',
  '/measures?range=24h',
  '/access',
  '/notices',
  ...['overview', 'log', 'definition', 'history'].flatMap((tab) =>
    [0, 1, 2].map((n) => `/jobs/${n}?tab=${tab}`),
  ),
  '/submit?from=0',
])('%s shows no character that it would obey', async (path) => {
  const { fake, ids } = anEvilFarm();
  const at = path.replace(
    /(jobs\/|from=)(\d)/,
    (_all, before: string, n: string) => before + ids[Number(n)],
  );
  const { api } = renderApp({ farm: fake, path: at });
  await api.client.cancelJob.mutate({ id: ids[2] ?? '', reason: `reason ${EVIL}`, waitMs: 0 });
  await screen.findByRole('heading', { level: 1 });
  await waitFor(() => expect(document.body.textContent).not.toMatch(/Loading/));
  expect(everyText()).toEqual([]);
});

import { refuse } from '@renderdeck/contract';
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { turnSingleKeys } from '../../../../components/shortcuts/use-shortcut.ts';
import { aFakeFarm, renderApp } from '../../../../testing/render-app.tsx';

/** A farm whose running job printed three lines, and what its page needs to print more. */
function aPrintingFarm() {
  const { fake, running } = aFakeFarm({ waiting: [] });
  const print = (attempt: number, ...seqs: readonly number[]) => {
    for (const seq of seqs)
      fake.farm.logOf(running).push({
        ...{ attempt, seq, stream: 'aerender', at: new Date().toISOString() },
        lines: [`attempt ${attempt}, line ${seq}`],
      });
    fake.farm.signal.ring();
  };
  const open = () => renderApp({ farm: fake, path: `/jobs/${running}?tab=log` });
  return { fake, running, print, open };
}
const log = () => screen.getByRole('log').textContent?.trimEnd().split('\n');
const lines = (attempt: number, ...seqs: readonly number[]) =>
  seqs.map((seq) => `attempt ${attempt}, line ${seq}`);

it('after a requeue the log of an open page begins with its first line', async () => {
  const { fake, running, print, open } = aPrintingFarm();
  print(1, 1, 2, 3);
  const { person } = open();
  await waitFor(() => expect(log()).toEqual(lines(1, 1, 2, 3)));
  fake.farm.loseHost(running);
  fake.farm.claimNext('render-02');
  print(2, 1, 2, 3, 4);
  await waitFor(() => expect(log()).toEqual(lines(2, 1, 2, 3, 4)));
  print(2, 5);
  await waitFor(() => expect(log()).toEqual(lines(2, 1, 2, 3, 4, 5)));

  await person.selectOptions(screen.getByRole('combobox', { name: 'Attempt' }), 'Attempt 1');
  await waitFor(() => expect(log()?.slice(0, 3)).toEqual(lines(1, 1, 2, 3)));
});

it('a long log shows its end, and its last lines when the render ends', async () => {
  const { fake, running, print, open } = aPrintingFarm();
  print(1, ...Array.from({ length: 1200 }, (_, index) => index + 1));
  open();
  await waitFor(() => expect(log()?.at(-1)).toBe('attempt 1, line 1200'));
  expect(log()?.length).toBeLessThan(100);
  print(1, 1201);
  fake.farm.complete(running);
  await waitFor(() => expect(log()?.at(-1)).toBe('attempt 1, line 1201'));
  expect(screen.queryByRole('combobox', { name: 'Attempt' })).toBeNull();
});

it('find counts the lines with the text, goes through them, and stops following', async () => {
  const { print, open } = aPrintingFarm();
  print(1, ...Array.from({ length: 300 }, (_, index) => index + 1));
  const { person } = open();
  await waitFor(() => expect(log()?.at(-1)).toBe('attempt 1, line 300'));
  await person.type(screen.getByRole('searchbox', { name: 'Find in the log' }), 'LINE 12{Enter}');
  await screen.findByText('1/11');
  await waitFor(() => expect(log()).toContain('attempt 1, line 12'));
  await person.keyboard('{Enter}');
  await screen.findByText('2/11');
  await waitFor(() => expect(log()).toContain('attempt 1, line 120'));
  print(1, 301, 302);
  await person.click(await screen.findByRole('button', { name: '2 new lines ↓' }));
  await waitFor(() => expect(log()?.at(-1)).toBe('attempt 1, line 302'));
});

it('while it follows a long log it keeps the last 20 MB, and says so', async () => {
  const { fake, running, print, open } = aPrintingFarm();
  print(1, 1);
  const { person } = open();
  await waitFor(() => expect(log()).toEqual(lines(1, 1)));
  expect(screen.queryByText(/^Showing the last/)).toBeNull();
  const printMegabyte = (seq: number) => {
    fake.farm.logOf(running).push({
      ...{ attempt: 1, seq, stream: 'aerender', at: new Date().toISOString() },
      lines: Array.from({ length: 1000 }, (_, line) => `${seq}/${line} `.padEnd(999, 'x')),
    });
    fake.farm.signal.ring();
  };
  for (let seq = 2; seq < 26; seq += 1) printMegabyte(seq);
  await screen.findByText('Showing the last 20 MB. Download all to see the rest.');
  screen.getByRole('link', { name: 'Download all (24 MB)' });
  await waitFor(() => expect(log()?.at(-1)).toMatch(/^25\/999 /));
  // What somebody looks at stays marked when more lines go.
  await person.type(screen.getByRole('searchbox', { name: 'Find in the log' }), '25/5 {Enter}');
  await waitFor(() => expect(log()?.join()).toContain('25/5 '));
  for (let seq = 26; seq < 29; seq += 1) printMegabyte(seq);
  await screen.findByRole('link', { name: 'Download all (27 MB)' });
  await screen.findByText(/^1\/1 in the last/);
});

it('its letters do nothing where single-key shortcuts are off', async () => {
  const { print, open } = aPrintingFarm();
  print(1, 1);
  const { person } = open();
  const wrap = await screen.findByRole('button', { name: 'Wrap' });
  screen.getByRole('button', { name: 'No errors' }).focus();
  await person.keyboard('w');
  expect(wrap.getAttribute('aria-pressed')).toBe('true');
  turnSingleKeys(false);
  await person.keyboard('wf');
  expect(wrap.getAttribute('aria-pressed')).toBe('true');
  expect(screen.getByRole('button', { name: 'Follow' }).getAttribute('aria-pressed')).toBe('true');
});

it('says since when a silent host is silent', async () => {
  const { fake, running, print, open } = aPrintingFarm();
  print(1, 1);
  fake.farm.loseHost(running);
  open();
  await waitFor(() => expect(log()?.at(-1)).toMatch(/^— render-01 silent since \d\d:\d\d:\d\d —$/));
});

it('says that a log has no line, and why it cannot be read', async () => {
  const { fake, open } = aPrintingFarm();
  fake.failNext('getLogText', refuse('log_deleted', 'The log was deleted on 20 Nov.'));
  open();
  await screen.findByText('The log was deleted on 20 Nov.');
});

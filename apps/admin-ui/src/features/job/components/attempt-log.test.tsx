import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFarm, renderApp } from '../../../testing/render-app.tsx';

/** A farm whose running job printed three lines, and what its page needs to print more. */
function aPrintingFarm() {
  const { fake, running } = aFarm({ waiting: [] });
  const print = (attempt: number, ...seqs: readonly number[]) => {
    for (const seq of seqs)
      fake.farm.logOf(running).push({
        ...{ attempt, seq, stream: 'aerender', at: new Date().toISOString() },
        lines: [`attempt ${attempt}, line ${seq}`],
      });
    fake.farm.signal.ring();
  };
  const requeue = () => {
    fake.farm.loseHost(running);
    fake.farm.claimNext('render-02');
  };
  return { fake, running, print, requeue };
}
const log = () => screen.getByRole('log').textContent?.split('\n');
const lines = (attempt: number, ...seqs: readonly number[]) =>
  seqs.map((seq) => `attempt ${attempt}, line ${seq}`);

it('after a requeue the log of an open page begins with its first line', async () => {
  const { fake, running, print, requeue } = aPrintingFarm();
  print(1, 1, 2, 3);
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await waitFor(() => expect(log()).toEqual(lines(1, 1, 2, 3)));
  requeue();
  print(2, 1, 2, 3, 4);
  await waitFor(() => expect(log()).toEqual(lines(2, 1, 2, 3, 4)));
  print(2, 5);
  await waitFor(() => expect(log()).toEqual(lines(2, 1, 2, 3, 4, 5)));

  await person.selectOptions(screen.getByRole('combobox', { name: 'Attempt' }), 'Attempt 1');
  await waitFor(() => expect(log()).toEqual(lines(1, 1, 2, 3)));
});

it('a long log is shown whole, and so are its last lines when the render ends', async () => {
  const { fake, running, print } = aPrintingFarm();
  const most = Array.from({ length: 1200 }, (_, index) => index + 1);
  print(1, ...most);
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await waitFor(() => expect(log()).toEqual(lines(1, ...most)));
  print(1, 1201);
  fake.farm.complete(running);
  await waitFor(() => expect(log()?.at(-1)).toBe('attempt 1, line 1201'));
  expect(log()).toHaveLength(1201);
  expect(screen.queryByRole('combobox', { name: 'Attempt' })).toBeNull();
});

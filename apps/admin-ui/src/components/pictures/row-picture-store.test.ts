import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RowPictureStore } from './row-picture-store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store, and the requests that it sends. A request has its answer when the test gives it. */
function openStore() {
  const requests: { readonly ids: readonly string[]; answer(): Promise<unknown> }[] = [];
  const store = new RowPictureStore(
    (ids) =>
      new Promise((resolve) => {
        const answer = async () => {
          resolve(ids.map((id) => ({ id, pictures: [], small: null, noPicture: 'none yet' })));
          await vi.advanceTimersByTimeAsync(0);
        };
        requests.push({ ids, answer });
      }),
  );
  const asked = () => requests.map(({ ids }) => ids);
  return { store, requests, asked };
}

test('rows that come during a request wait for it, and running rows are asked once', async () => {
  const { store, requests, asked } = openStore();
  const unwatch = store.watch('a', true, () => {});
  await vi.advanceTimersByTimeAsync(100);
  expect(asked()).toEqual([['a']]);
  unwatch();
  store.watch('a', true, () => {});
  store.watch('b', false, () => {});
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked()).toEqual([['a']]);
  await requests[0]?.answer();
  await vi.advanceTimersByTimeAsync(100);
  expect(asked().slice(1)).toEqual([['a', 'b']]);
  await requests[1]?.answer();
  for (const turn of [2, 3, 4]) {
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked().slice(turn)).toEqual([['a']]);
    await requests[turn]?.answer();
  }
});

test('a hidden page asks for nothing, and for its rows when it is seen again', async () => {
  const { store, requests, asked } = openStore();
  const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  store.watch('a', false, () => {});
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked()).toEqual([]);
  visibility.mockRestore();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked()).toEqual([['a']]);
  await requests[0]?.answer();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked()).toHaveLength(1);
});

test('a job that begins to run is asked for again', async () => {
  const { store, requests, asked } = openStore();
  const unwatch = store.watch('a', false, () => {});
  await vi.advanceTimersByTimeAsync(100);
  await requests[0]?.answer();
  unwatch();
  store.watch('a', true, () => {});
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked()).toEqual([['a'], ['a']]);
});

test('when the last row leaves, no timer stays', async () => {
  const { store, requests } = openStore();
  store.watch('a', true, () => {})();
  expect(vi.getTimerCount()).toBe(0);
  const unwatch = store.watch('a', true, () => {});
  await vi.advanceTimersByTimeAsync(100);
  unwatch();
  await requests[0]?.answer();
  expect(vi.getTimerCount()).toBe(0);
});

import { expect, test } from 'vitest';
import { Fanout } from './fanout.ts';

const never = new AbortController().signal;

async function readAll<Event>(events: AsyncIterable<Event>, into: Event[]): Promise<void> {
  for await (const event of events) into.push(event);
}

test('an open reader gets every event in order until the fanout closes', async () => {
  const fanout = new Fanout<number>();
  fanout.send(0);
  const [early, late]: [number[], number[]] = [[], []];
  const reading = [readAll(fanout.open(never), early)];
  fanout.send(1);
  reading.push(readAll(fanout.open(never), late));
  fanout.send(2);
  fanout.close();
  await Promise.all(reading);
  expect([early, late]).toEqual([[1, 2], [2]]);
});

test('a listener that throws keeps no event from the others', () => {
  const fanout = new Fanout<number>();
  const [first, last]: [number[], number[]] = [[], []];
  fanout.subscribe((event) => first.push(event));
  fanout.subscribe(() => {
    throw new Error('this listener fails');
  });
  fanout.subscribe((event) => last.push(event));
  expect(() => fanout.send(1)).toThrow('this listener fails');
  expect([first, last]).toEqual([[1], [1]]);
});

test('a reader with over 2000 unread events is refused, the other readers go on', async () => {
  const fanout = new Fanout<number>();
  const slow = fanout.open(never);
  const quick: number[] = [];
  const reading = readAll(fanout.open(never), quick);
  for (let event = 1; event <= 2001; event += 1) {
    fanout.send(event);
    if (event % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const read: number[] = [];
  await expect(readAll(slow, read)).rejects.toMatchObject({
    message: 'The reader left 2000 events unread; connect again with the last cursor.',
    cause: { problem: { code: 'too_many_requests', facts: { retryAfterSeconds: 1 } } },
  });
  expect(read).toHaveLength(2000);
  fanout.close();
  await reading;
  expect(quick).toHaveLength(2001);
});

test('a reader ends when its signal aborts, also if the signal was aborted before', async () => {
  const fanout = new Fanout<number>();
  const cut = new AbortController();
  const read: number[] = [];
  const reading = readAll(fanout.open(cut.signal), read);
  fanout.send(1);
  cut.abort();
  await reading;
  fanout.send(2);
  expect(read).toEqual([1]);
  await readAll(fanout.open(cut.signal), read);
  expect(read).toEqual([1]);
});

test('an event of many changes counts as many; the one over the limit is the last', async () => {
  const fanout = new Fanout<number>({ weigh: (event) => event });
  const slow = fanout.open(never);
  for (const event of [1999, 5000, 1]) fanout.send(event);
  const read: number[] = [];
  await expect(readAll(slow, read)).rejects.toMatchObject({
    cause: { problem: { code: 'too_many_requests' } },
  });
  expect(read).toEqual([1999, 5000]);
});

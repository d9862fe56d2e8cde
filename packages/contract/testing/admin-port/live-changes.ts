import { expect } from 'vitest';
import type { JobChangeEvent } from '../../src/index.ts';
import { ADA, type Promises } from './fixture.ts';

export const liveChanges: Promises = {
  async 'live changes come in order and resume from any cursor'({ cancel, port, submit }) {
    const cut = new AbortController();
    const follow = (lastEventId: string | null) =>
      port.onJobChange(ADA, { signal: cut.signal, lastEventId })[Symbol.asyncIterator]();
    const stream = follow(null);
    expect((await stream.next()).value).toMatchObject({ event: { type: 'alive', gap: false } });
    const { id } = await submit('a');
    await port.setPriority(ADA, { id, priority: 60 });
    await cancel(id);
    const seen = await take(stream, 3);
    expect(seen.map(({ event }) => event)).toMatchObject([
      { event: 'submit', previousStatus: null, actor: 'ada', version: 1 },
      { event: 'setPriority', previousStatus: 'QUEUED', version: 2 },
      {
        event: 'cancelQueued',
        previousStatus: 'QUEUED',
        version: 3,
        job: { status: 'CANCELLED' },
      },
    ]);
    const resumed = follow(seen[0]?.cursor ?? '');
    expect((await resumed.next()).value).toMatchObject({ event: { type: 'alive', gap: false } });
    expect(
      (await take(resumed, 2)).map(({ event }) => event.type === 'change' && event.version),
    ).toEqual(expect.arrayContaining([3]));
    expect((await follow('nonsense').next()).value).toMatchObject({
      event: { type: 'alive', gap: true },
    });
    cut.abort();
    expect(await stream.next()).toMatchObject({ done: true });
  },
};

type Frame = { readonly cursor: string; readonly event: JobChangeEvent };

/** The next `count` changes; other events are skipped. */
async function take(stream: AsyncIterator<Frame>, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  while (taken.length < count) {
    const next = await stream.next();
    if (next.done === true)
      throw new Error(`The stream ended after ${taken.length} of ${count} changes.`);
    if (next.value.event.type === 'change') taken.push(next.value);
  }
  return taken;
}

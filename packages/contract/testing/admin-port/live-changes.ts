import { expect } from 'vitest';
import type { JobChangeEvent, WireJobChange } from '../../src/index.ts';
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
    expect(seen.flatMap(({ changes }) => changes)).toMatchObject([
      { event: 'submit', previousStatus: null, actor: 'ada', version: 1 },
      { event: 'setPriority', previousStatus: 'QUEUED', version: 2 },
      {
        event: 'cancelQueued',
        previousStatus: 'QUEUED',
        version: 3,
        job: { status: 'CANCELLED' },
      },
    ]);
    const [first, ...later] = seen;
    const resumed = follow(first?.cursor ?? '');
    expect((await resumed.next()).value).toMatchObject({ event: { type: 'alive', gap: false } });
    expect(versionsOf(await take(resumed, versionsOf(later).length))).toEqual(versionsOf(later));
    expect((await follow('nonsense').next()).value).toMatchObject({
      event: { type: 'alive', gap: true },
    });
    cut.abort();
    expect(await stream.next()).toMatchObject({ done: true });
  },
};

type Frame = { readonly cursor: string; readonly event: JobChangeEvent };
type ChangesFrame = { readonly cursor: string; readonly changes: readonly WireJobChange[] };

const versionsOf = (frames: readonly ChangesFrame[]) =>
  frames.flatMap(({ changes }) => changes.map(({ version }) => version));

/** The next frames, with `count` changes together; other events are skipped. */
async function take(stream: AsyncIterator<Frame>, count: number): Promise<ChangesFrame[]> {
  const taken: ChangesFrame[] = [];
  while (versionsOf(taken).length < count) {
    const next = await stream.next();
    if (next.done === true)
      throw new Error(`The stream ended before ${count} changes: ${versionsOf(taken)}.`);
    const { cursor, event } = next.value;
    if (event.type === 'changes') taken.push({ cursor, changes: event.changes });
  }
  return taken;
}

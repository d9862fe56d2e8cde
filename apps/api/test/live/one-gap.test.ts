/*
 * A client whose place does not lead to a batch catches up from its own place.
 *
 * After a failover, the poller of an API finds a gap, and so does each client that resumes before
 * the poller does. A client is told of it once, and misses nothing that changes afterwards.
 */
import { readJobChanges } from '@renderdeck/operations';
import { waitFor } from '@renderdeck/testing';
import { expect, test } from 'vitest';
import type { ChangeBatch } from '../../src/live/change-poller.ts';
import { Fanout } from '../../src/live/fanout.ts';
import { createJobStream, type Frame } from '../../src/live/job-stream.ts';
import { farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();

const cursorNow = async () => (await readJobChanges(farm, { cursor: null })).cursor;
/** The API's poll that began at this cursor. */
async function poll(since: string): Promise<ChangeBatch> {
  const readAt = performance.now();
  return { ...(await readJobChanges(farm, { cursor: since })), since, readAt };
}
/** The next API that reads begins an incarnation with another key. */
const failOver = () => farm.sql`delete from database_incarnations`;

function follow(since: string) {
  const batches = new Fanout<ChangeBatch>();
  const stream = createJobStream(farm.db, { batches }, { progress: new Fanout() });
  const stop = new AbortController();
  const frames: Frame[] = [];
  const following = (async () => {
    for await (const frame of stream.follow(since, stop.signal)) frames.push(frame);
  })();
  return {
    batches,
    gaps: () => frames.filter(({ event }) => event.type === 'alive' && event.gap).length,
    isCaughtUp: () => waitFor(() => frames.length > 0),
    names: () =>
      frames.flatMap(({ event }) =>
        event.type === 'changes' ? event.changes.map(({ job }) => job.name) : [],
      ),
    async end(): Promise<void> {
      stop.abort();
      await following;
    },
  };
}

test('a client that has resumed is not told again of the gap that the poller finds', async () => {
  const before = await cursorNow();
  await failOver();
  const client = follow(before);
  await client.isCaughtUp();
  expect(client.gaps()).toBe(1);
  await farm.submit('after the failover');
  client.batches.send(await poll(before));
  await waitFor(() => client.names().includes('after the failover'));
  expect(client.gaps()).toBe(1);
  await client.end();
});

test('a batch from before the failover that comes late changes nothing', async () => {
  const before = await cursorNow();
  await farm.submit('lost by the failover');
  const late = await poll(before);
  await failOver();
  const client = follow(before);
  await client.isCaughtUp();
  client.batches.send(late);
  const since = await cursorNow();
  await farm.submit('after it');
  client.batches.send(await poll(since));
  await waitFor(() => client.names().includes('after it'));
  expect(client.gaps()).toBe(1);
  expect(client.names()).toEqual(['after it']);
  await client.end();
});

test('a client that follows is told of the gap when the poller finds it', async () => {
  const before = await cursorNow();
  const client = follow(before);
  await client.isCaughtUp();
  await failOver();
  client.batches.send(await poll(before));
  await waitFor(() => client.gaps() === 1);
  await client.end();
});

test('a client that missed a batch gets its changes with the next one, without a gap', async () => {
  const before = await cursorNow();
  const client = follow(before);
  await client.isCaughtUp();
  await farm.submit('in the batch that it missed');
  const missed = await poll(before);
  await farm.submit('in the next one');
  client.batches.send(await poll(missed.cursor));
  await waitFor(() => client.names().includes('in the next one'));
  expect(client.names()).toEqual(['in the batch that it missed', 'in the next one']);
  expect(client.gaps()).toBe(0);
  await client.end();
});

/* A command that waits for a job: the newest version counts, in whatever order answers arrive. */
import { createClient, untilJob } from '@renderdeck/client';
import { isFinal } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { serveApi } from './serve-api.ts';

const api = serveApi();

test('an answer that was read before the end and arrives after it changes nothing', async () => {
  const id = await api.submit();
  const made = await api.ctl(['tokens', 'add', 'script', '--role', 'admin', '--json']);
  const client = createClient({ url: api.url, token: JSON.parse(made.stdout).secret });
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { getJob, onJobChange } = client.api;
  let reads = 0;
  const slow = {
    getJob: {
      async query(input: { id: string }) {
        const found = await getJob.query(input);
        reads += 1;
        if (reads > 1) await held;
        return found;
      },
    },
    onJobChange: {
      subscribe: (...[input, handlers]: Parameters<typeof onJobChange.subscribe>) =>
        onJobChange.subscribe(input, {
          ...handlers,
          onData(event) {
            handlers.onData?.(event);
            if (event.data.type === 'changes') answer();
          },
        }),
    },
  };
  const waiting = untilJob(slow, id, ({ status }) => isFinal(status));
  // The API answered the second read before the cancel.
  await expect.poll(() => reads).toBe(2);
  await client.api.cancelJob.mutate({ id });
  expect((await waiting).status).toBe('CANCELLED');
  await client.close();
});

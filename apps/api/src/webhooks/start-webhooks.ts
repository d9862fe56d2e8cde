import {
  type ClaimedDelivery,
  createProblemWatcher,
  pruneMessages,
  sendMessage,
  takeMessages,
} from '@renderdeck/operations/extras';
import type { Database } from '@renderdeck/store/connect';
import { coalesce } from '../coalesce.ts';
import { type Posting, postMessage } from './post-message.ts';

const POLL_EVERY_MS = 1000;
const WATCH_EVERY_MS = 2000;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_MESSAGES_MS = 30 * 86_400_000;
const END_WITHIN_MS = 2000;

export type Webhooks = {
  /** How many messages this process has given up; without test messages. */
  givenUp(): number;
  /** Takes no more messages, and resolves when the messages that are being sent have ended. */
  stop(): Promise<void>;
};

/**
 * Sends messages to webhooks and callbacks in the background, and creates messages for events that
 * are not a change of a job. Several processes may run it: operations/webhooks/send-messages.ts
 * describes how they share the work.
 */
export function startWebhooks(
  db: Database,
  posting: Omit<Posting, 'end'>,
  logFailure: (what: string) => (error: unknown) => void,
): Webhooks {
  const onError = logFailure('messages of webhooks were not sent');
  const end = new AbortController();
  const send = postMessage({ ...posting, end: end.signal });
  const sending = new Map<string, Promise<unknown>>();
  let stopped = false;
  let givenUp = 0;

  /** Sends the messages at the same time, so that a receiver that does not answer delays none. */
  const sendAll = async (lease: string, messages: readonly ClaimedDelivery[]) => {
    await Promise.all(
      messages.map(async (message) => {
        const state = await sendMessage({ db }, lease, message, send);
        if (state === 'givenUp' && message.type !== 'webhook.test') givenUp += 1;
      }),
    );
  };
  const poll = coalesce(async () => {
    if (stopped) return;
    const { lease, messages } = await takeMessages({ db }, { busy: [...sending.keys()] });
    for (const receiver of new Set(messages.map((message) => message.receiver))) {
      const own = messages.filter((message) => message.receiver === receiver);
      const sent = sendAll(lease, own)
        .catch(onError)
        .finally(() => {
          sending.delete(receiver);
          poll();
        });
      sending.set(receiver, sent);
    }
  }, onError);
  const watcher = createProblemWatcher({ db }, () => performance.now());
  const watch = coalesce(() => watcher.look(), logFailure('hosts and stops were not watched'));
  const prune = coalesce(
    async () => void (await pruneMessages({ db }, { olderThanMs: KEEP_MESSAGES_MS })),
    logFailure('old messages were not deleted'),
  );
  const timers = [
    setInterval(poll, POLL_EVERY_MS),
    setInterval(watch, WATCH_EVERY_MS),
    setInterval(prune, PRUNE_EVERY_MS),
  ];
  poll();
  prune();
  return {
    givenUp: () => givenUp,
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      const timer = setTimeout(() => end.abort(), END_WITHIN_MS);
      await Promise.all(sending.values());
      clearTimeout(timer);
    },
  };
}

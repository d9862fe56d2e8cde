import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from './open-client.ts';

/** Receives notifications on a connection of its own. */
export type Listener = {
  /**
   * Calls `onNotification` for each NOTIFY on the channel, and `onReconnect` after each new
   * connection. Notifications are lost while there is no connection, so `onReconnect` must read
   * everything. Resolves when the subscription is active: while that fails, it reports the error
   * and tries again. Rejects only after `close`.
   */
  subscribe(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect?: () => void,
  ): Promise<void>;
  /**
   * True while every channel is subscribed and heartbeats come back in time. It becomes false when
   * a connection ends, until all channels are subscribed again.
   */
  alive(): boolean;
  /** How many times the connection was opened again. */
  reconnects(): number;
  close(): Promise<void>;
};

type Subscription = {
  readonly channel: string;
  readonly onNotification: (payload: string) => void;
  readonly onReconnect: () => void;
};

const HEARTBEAT_MS = 5000;
const RETRY_MS = 200;

/**
 * Opens the connection. postgres.js reconnects when a connection ends, but does not notice a
 * half-open one. So the listener sends itself a heartbeat by NOTIFY. If no heartbeat comes back for
 * three intervals, a new client replaces the old one.
 *
 * Long because: its functions share the state of one connection.
 */
export function startListener(
  url: string,
  name: string,
  onError: (error: unknown) => void,
  heartbeatMs = HEARTBEAT_MS,
): Listener {
  const subscriptions: Subscription[] = [];
  let closed = false;
  let up = false;
  /**
   * True after a client was replaced, until a heartbeat comes back. Through a pooler LISTEN
   * succeeds, but nothing arrives.
   */
  let awaitsEcho = false;
  /** Resolves when the client that replaced another one has subscribed to all channels. */
  let replacing = Promise.resolve();
  let connects = 0;
  let lastEchoAt = performance.now();
  /** The subscriptions that are active on the current connection. */
  const active = new Set<Subscription>();
  let client = open();
  // Heartbeats are sent on another client, so all sockets of `client` are for listening.
  let beats = openClient(url, { name, size: 1 });

  function open() {
    const opened = openClient(url, {
      name,
      size: 1,
      onDisconnect: () => {
        if (opened === client) active.clear();
      },
    });
    return opened;
  }

  /** Does not report errors after close(), because they are expected. */
  const report = (error: unknown) => {
    if (!closed) onError(error);
  };

  /** postgres.js uses one connection for all channels of a client. */
  async function activate(subscription: Subscription): Promise<void> {
    const of = client;
    try {
      await of.sql.listen(subscription.channel, subscription.onNotification, () => {
        subscription.onReconnect();
        if (of === client) active.add(subscription);
      });
    } catch (error) {
      if (of === client) throw error;
      await replacing; // the new client subscribes to all of them
    }
    up = true;
  }

  const heartbeat: Subscription = {
    channel: `renderdeck_echo_${Math.random().toString(36).slice(2)}`,
    onNotification: () => {
      lastEchoAt = performance.now();
      up = true;
      awaitsEcho = false;
    },
    onReconnect: () => {
      connects += 1;
    },
  };
  const started = activate(heartbeat).catch(report);

  const isSubscribed = () => [heartbeat, ...subscriptions].every((one) => active.has(one));
  const isSilent = () => performance.now() - lastEchoAt > 3 * heartbeatMs;

  function replaceClient(): Promise<void> {
    up = false;
    awaitsEcho = true;
    const old = [client, beats];
    active.clear();
    client = open();
    beats = openClient(url, { name, size: 1 });
    lastEchoAt = performance.now();
    for (const one of old) void one.end(0).catch(report);
    replacing = Promise.all([heartbeat, ...subscriptions].map(activate)).then(() => undefined);
    return replacing;
  }

  /**
   * A client whose LISTEN has failed answers each later LISTEN with the same failure. So a new
   * client subscribes to all channels.
   */
  async function untilActive(subscription: Subscription, first: unknown): Promise<void> {
    let failure = first;
    while (!closed) {
      report(failure);
      await delay(RETRY_MS, undefined, { ref: false });
      if (active.has(subscription)) return;
      try {
        if (!closed) await replaceClient();
        if (active.has(subscription)) return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  async function beat(): Promise<void> {
    if (closed) return;
    if (isSilent()) await replaceClient();
    await beats.sql.notify(heartbeat.channel, '');
  }
  const timer = setInterval(() => {
    beat().catch((error: unknown) => {
      up = false;
      report(error);
    });
  }, heartbeatMs);

  return {
    async subscribe(channel, onNotification, onReconnect = () => undefined) {
      await started;
      const subscription = { channel, onNotification, onReconnect };
      subscriptions.push(subscription);
      await activate(subscription).catch((error: unknown) => untilActive(subscription, error));
    },
    alive: () => up && !awaitsEcho && isSubscribed() && !isSilent(),
    reconnects: () => Math.max(0, connects - 1),
    async close() {
      closed = true;
      clearInterval(timer);
      await Promise.all([client.end(1), beats.end(1)]);
    },
  };
}

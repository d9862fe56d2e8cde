import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openClient } from './open-client.ts';
import { noteRefusal } from './pinned-settings.ts';
import { retryPauseMs } from './retry-pause.ts';

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
   * True while every channel is subscribed and heartbeats are answered in time. It becomes false
   * when a connection ends, until all channels are subscribed again.
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

/** Who asks whether the listener is alive must know it soon. */
export const HEARTBEAT_MS = { withEcho: 5000, alone: 15_000 } as const;
const MOST_RETRY_MS = 2000;
/** A pooler that loses notifications passes them on while the connection has a statement. */
const ECHOES = 3;

type ListenerOptions = {
  /** The application name of the connection. */
  readonly name: string;
  readonly onError: (error: unknown) => void;
  /**
   * Sends a notification on another connection. With it, a listener whose notifications get lost on
   * the way, because of a pooler, is not alive.
   */
  readonly echo?: (channel: string) => Promise<void>;
  readonly heartbeatMs?: number;
};

/**
 * Opens the connection, and no other one. postgres.js reconnects when a connection ends, but does
 * not notice a half-open one. So the listener asks something on it at each heartbeat. If no answer
 * comes back for three intervals, a new client replaces the old one.
 *
 * Through a pooler LISTEN may succeed, but nothing arrives. So after the first connect, `echo`
 * sends a notification, and the next one when it has arrived, until ECHOES have arrived while no
 * statement ran on the connection. While one is awaited, it is sent again after each heartbeat.
 *
 * Long because: its functions share the state of one connection.
 */
export function startListener(
  url: string,
  { name, onError, echo, ...options }: ListenerOptions,
): Listener {
  const { heartbeatMs = HEARTBEAT_MS[echo === undefined ? 'alone' : 'withEcho'] } = options;
  const subscriptions: Subscription[] = [];
  let closed = false;
  let up = false;
  let connects = 0;
  let heartbeats = 0;
  let lastAnswerAt = performance.now();
  /** Since when an echo is awaited; null if one has arrived or none is sent. */
  let echoAwaitedSince: number | null = null;
  let echoesLeft = echo === undefined ? 0 : ECHOES;
  /** How many statements await their answer on the current connection, or on an older one. */
  let statements = 0;
  /** Resolves when the client that replaced another one has subscribed to all channels. */
  let replacing = Promise.resolve();
  /** The subscriptions that are active on the current connection. */
  const active = new Set<Subscription>();
  let client = open();

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
    // The next client does not send what a pooler has refused.
    if (!closed && noteRefusal(url, error) === null) onError(error);
  };

  async function counted<T>(statement: PromiseLike<T>): Promise<T> {
    statements += 1;
    try {
      return await statement;
    } finally {
      statements -= 1;
    }
  }

  /** postgres.js uses one connection for all channels of a client. */
  async function activate(subscription: Subscription): Promise<void> {
    const of = client;
    const onListen = () => {
      subscription.onReconnect();
      if (of === client) active.add(subscription);
    };
    try {
      await counted(of.sql.listen(subscription.channel, subscription.onNotification, onListen));
    } catch (error) {
      if (of === client) throw error;
      await replacing; // the new client subscribes to all of them
    }
    up = true;
  }

  function awaitEcho(): void {
    echoAwaitedSince = echoesLeft > 0 ? performance.now() : null;
    if (echoesLeft > 0) echo?.(own.channel).catch(report);
  }
  const own: Subscription = {
    channel: `renderdeck_echo_${randomBytes(8).toString('hex')}`,
    onNotification: () => {
      if (statements > 0 || echoesLeft === 0) return;
      echoesLeft -= 1;
      awaitEcho();
    },
    onReconnect: () => {
      connects += 1;
      lastAnswerAt = performance.now();
      if (connects === 1) awaitEcho();
    },
  };
  const started = activate(own).catch(report);

  const isSubscribed = () => [own, ...subscriptions].every((one) => active.has(one));
  const isLate = (since: number) => performance.now() - since > 3 * heartbeatMs;
  const isSilent = () => isLate(lastAnswerAt);
  const isDeaf = () => echoAwaitedSince !== null && isLate(echoAwaitedSince);

  function replaceClient(): Promise<void> {
    up = false;
    const old = client;
    active.clear();
    client = open();
    lastAnswerAt = performance.now();
    void old.end(0).catch(report);
    replacing = Promise.all([own, ...subscriptions].map(activate)).then(() => undefined);
    return replacing;
  }

  /**
   * A client whose LISTEN has failed answers each later LISTEN with the same failure. So a new
   * client subscribes to all channels.
   */
  async function untilActive(subscription: Subscription, first: unknown): Promise<void> {
    let failure = first;
    for (let failures = 1; !closed; failures += 1) {
      report(failure);
      await delay(retryPauseMs(failures, MOST_RETRY_MS), undefined, { ref: false });
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

  /** Asks with a new channel each time, because postgres.js asks nothing for a known one. */
  async function ask(): Promise<void> {
    const of = client;
    heartbeats += 1;
    try {
      const channel = `${own.channel}_${heartbeats}`;
      const { unlisten } = await counted(of.sql.listen(channel, () => undefined));
      if (of !== client) return;
      up = true;
      // A client that lacks a channel is replaced like a silent one.
      if (isSubscribed()) lastAnswerAt = performance.now();
      await counted(unlisten());
    } catch (error) {
      if (of === client) throw error;
    }
  }

  async function beat(): Promise<void> {
    if (closed) return;
    if (isSilent()) await replaceClient();
    await ask();
    if (echoAwaitedSince !== null) echo?.(own.channel).catch(report);
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
    alive: () => up && !isDeaf() && isSubscribed() && !isSilent(),
    reconnects: () => Math.max(0, connects - 1),
    async close() {
      closed = true;
      clearInterval(timer);
      await client.end(1);
    },
  };
}

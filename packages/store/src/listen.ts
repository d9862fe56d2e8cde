import postgres from 'postgres';

/** Hears wakes on one connection of its own. */
export type Listener = {
  /**
   * Calls `onNotification` for each NOTIFY on the channel, and `onReconnect` after each (re)connection: whatever was notified meanwhile is lost, so the
   * hearer reads everything again. Resolves when the channel is heard.
   */
  subscribe(
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect?: () => void,
  ): Promise<void>;
  /** True while a heartbeat came back within its time. */
  alive(): boolean;
  /** How often the connection had to be made anew. */
  reconnects(): number;
  close(): Promise<void>;
};

const HEARTBEAT_MS = 5000;

/**
 * Starts the connection. postgres.js reconnects by itself but does not notice a half-open connection: a heartbeat does, and ends the
 * client so that a new one is made.
 */
export function startListener(
  url: string,
  name: string,
  tell: (error: unknown) => void,
  heartbeatMs = HEARTBEAT_MS,
): Listener {
  type Heard = {
    readonly channel: string;
    readonly onNotification: (payload: string) => void;
    readonly onReconnect: () => void;
  };
  const heard: Heard[] = [];
  let closed = false;
  /** What fails because it was closed is no problem. */
  const onError = (error: unknown) => {
    if (!closed) tell(error);
  };
  let up = false;
  let resyncs = 0;
  let client = open();

  function open(): postgres.Sql {
    return postgres(url, {
      max: 1,
      onnotice: () => undefined,
      connect_timeout: 5,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      connection: { application_name: name },
      backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    });
  }

  async function hear(to: Heard): Promise<void> {
    await client.listen(to.channel, to.onNotification, to.onReconnect);
    up = true;
  }

  /** postgres.js makes one dedicated connection for all channels of a client; the heartbeat is a NOTIFY that must come back on it. */
  let echoed = Date.now();
  const heartbeatChannel = `renderdeck_echo_${Math.random().toString(36).slice(2)}`;
  const echo: Heard = {
    channel: heartbeatChannel,
    onNotification: () => {
      echoed = Date.now();
      up = true;
    },
    onReconnect: () => {
      resyncs += 1;
    },
  };
  const first = hear(echo).catch(onError);

  async function beat(): Promise<void> {
    if (closed) return;
    if (Date.now() - echoed > 3 * heartbeatMs) {
      up = false;
      const old = client;
      client = open();
      echoed = Date.now();
      void old.end({ timeout: 0 }).catch(onError);
      await Promise.all([echo, ...heard].map(hear));
    }
    await client.notify(heartbeatChannel, '');
  }
  const timer = setInterval(() => {
    beat().catch((error: unknown) => {
      up = false;
      onError(error);
    });
  }, heartbeatMs);

  return {
    async subscribe(channel, onNotification, onReconnect = () => undefined) {
      await first;
      const to = { channel, onNotification, onReconnect };
      heard.push(to);
      await hear(to);
    },
    alive: () => up && Date.now() - echoed <= 3 * heartbeatMs,
    reconnects: () => Math.max(0, resyncs - 1),
    async close() {
      closed = true;
      clearInterval(timer);
      await client.end({ timeout: 1 });
    },
  };
}

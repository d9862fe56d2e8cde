import type { BrowserContext } from 'playwright-core';

/** A network between browser and server that can be cut. Call it before the page connects. */
export async function cuttableNetwork(context: BrowserContext) {
  let isLiveCut = false;
  let isCut = false;
  const sockets = new Set<{ close(): Promise<void> }>();
  await context.route(/\/trpc\//, (route) => (isCut ? route.abort() : route.fallback()));
  await context.routeWebSocket(/\/trpc/, (socket) => {
    if (isLiveCut) return void socket.close();
    socket.connectToServer();
    sockets.add(socket);
  });
  /** Cuts the live stream. The server still answers requests. */
  const cutLive = async () => {
    isLiveCut = true;
    for (const socket of sockets) await socket.close();
    sockets.clear();
  };
  return {
    cutLive,
    async cut() {
      isCut = true;
      await cutLive();
    },
    restore() {
      isLiveCut = false;
      isCut = false;
    },
  };
}

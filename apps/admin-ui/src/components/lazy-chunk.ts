import { type ComponentType, lazy } from 'react';
import { whenIdle } from './when-idle.ts';

type Load = () => Promise<unknown>;

const chunks = new Set<Load>();
const loaded = new Set<Load>();
let hasLostChunk = false;
let hasWaited = false;

/**
 * Whether a chunk was being loaded when the connection was lost. The browser keeps a failed import,
 * and other chunks may need this one, so a page may not open before the whole page is loaded again.
 */
export const hasLost = (): boolean => hasLostChunk;

/** A page waits for the connection. If its chunk then fails, the page must be loaded again. */
export function noteWaiting(): void {
  hasWaited = true;
}

/**
 * A component in a chunk of its own, loaded when it is first shown, or earlier by
 * `loadChunksWhenIdle`. `isLoaded` says whether it is here.
 */
export function lazyChunk<Props>(load: () => Promise<ComponentType<Props>>) {
  const loadOnce: Load = async () => {
    await load();
    loaded.add(loadOnce);
  };
  chunks.add(loadOnce);
  return {
    Component: lazy(async () => {
      const component = await load().catch((error: unknown) => {
        // The connection may be lost again. Without a loss, another load of the page fails too.
        hasLostChunk ||= hasWaited;
        throw error;
      });
      loaded.add(loadOnce);
      return { default: component };
    }),
    isLoaded: () => loaded.has(loadOnce),
  };
}

/** The first content comes first. */
const AFTER_MS = 2_000;

/**
 * Loads every chunk, one after the other, when the browser has nothing else to do, so that each
 * page and dialog opens without a connection too. `mayLoad` is asked before each. Returns a
 * function that ends it.
 */
export function loadChunksWhenIdle(mayLoad: () => boolean): () => void {
  // Safari cannot tell when it is idle.
  if (!('requestIdleCallback' in window)) return () => {};
  let isEnded = false;
  const run = async () => {
    for (const load of chunks) {
      await new Promise<void>((resolve) => whenIdle(resolve));
      if (isEnded) return;
      // A failed import is kept by the browser, so it is not tried without a connection.
      if (loaded.has(load) || !mayLoad()) continue;
      await load().catch(() => {
        hasLostChunk = true;
      });
    }
  };
  const timer = setTimeout(() => void run(), AFTER_MS);
  return () => {
    isEnded = true;
    clearTimeout(timer);
  };
}

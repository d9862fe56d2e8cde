import { type ComponentType, type ReactNode, Suspense } from 'react';
import { lazyChunk, noteWaiting } from '../components/lazy-chunk.ts';
import { useServerAway } from '../live/use-connection.ts';

/**
 * A page in a chunk of its own. Without a connection it waits: a failed import would be kept by the
 * browser. It loads by itself when the server answers.
 */
export function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const { Component, isLoaded } = lazyChunk(load);
  return function LazyPage(props: Props) {
    const away = useServerAway();
    if (away !== null && !isLoaded()) {
      noteWaiting();
      return (
        <p role="status" className="page-loads">
          This page is not here yet. {away} It opens as soon as the server answers.
        </p>
      );
    }
    return (
      <Suspense fallback={<PageLoads />}>
        <Component {...props} />
      </Suspense>
    );
  };
}

function PageLoads() {
  return (
    <p role="status" className="page-loads">
      Loading…
    </p>
  );
}

import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';

/** A page in a chunk of its own, loaded when it is first shown. */
export function lazyPage<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => ReactNode {
  const Page = lazy(async () => ({ default: await load() }));
  return function LazyPage(props: Props) {
    return (
      <Suspense fallback={<PageLoads />}>
        <Page {...props} />
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

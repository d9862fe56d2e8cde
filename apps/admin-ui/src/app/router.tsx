/*
 * Every page has a route in pages.tsx, and a line here. A page that a user reaches without a link
 * also has a line in shell/nav-links.tsx. A test checks every route of this list for accessibility.
 */
import { createRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Api } from '../api/api.ts';
import { hasLost } from '../components/lazy-chunk.ts';
import { LinkButton } from '../components/link-button.tsx';
import { PageHeading } from '../components/page-heading.tsx';
import { useConnection } from '../live/use-connection.ts';
import {
  access,
  audit,
  authenticated,
  failures,
  home,
  hosts,
  job,
  measures,
  notices,
  queue,
  receipt,
  root,
  signIn,
  submit,
  unknown,
} from './pages.tsx';

const routeTree = root.addChildren([
  signIn,
  authenticated.addChildren([
    home,
    queue,
    job,
    receipt,
    hosts,
    audit,
    measures,
    failures,
    access,
    submit,
    notices,
    unknown,
  ]),
]);

export function createAppRouter(api: Api) {
  return createRouter({
    routeTree,
    context: { api },
    defaultPreload: false,
    defaultErrorComponent: PageFailed,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}

/**
 * In place of a page that could not be loaded or shown. A server of another version no longer has
 * the old files, and the browser keeps a failed import, so only loading the page again can help.
 */
function PageFailed({ error }: { error: unknown }) {
  useReloadWhenBack();
  return (
    <>
      <PageHeading title="This page was not loaded" />
      <p role="alert">
        The server may be away, or it may have another version. Load the page again.
      </p>
      <p>
        <LinkButton onClick={() => window.location.reload()}>Load again</LinkButton>
      </p>
      <details>
        <summary>Details</summary>
        <code>{String(error)}</code>
      </details>
    </>
  );
}

/** Loads the page again when the connection is back, if it was lost since or lost a chunk. */
function useReloadWhenBack(): void {
  const isLive = useConnection().state.kind === 'live';
  const wasAway = useRef(hasLost());
  useEffect(() => {
    if (!isLive) wasAway.current = true;
    else if (wasAway.current) window.location.reload();
  }, [isLive]);
}

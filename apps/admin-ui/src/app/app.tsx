import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type Api, ApiContext } from '../api/api.ts';
import type { AppRouter } from './router.tsx';
import { theme } from './theme.ts';

/** The whole page with its providers. */
export function App({ api, router }: { api: Api; router: AppRouter }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <ApiContext value={api}>
        <QueryClientProvider client={api.queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ApiContext>
    </MantineProvider>
  );
}

/** The server sets a new nonce for each request; the browser refuses styles without it. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

// The scroll lock of dialogs adds a style and reads the nonce from this global.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { type Api, ApiContext } from '../api/api.ts';
import { createAppRouter } from './router.tsx';
import { theme } from './theme.ts';

/** The page over this farm. */
export function App({ api }: { api: Api }) {
  const [router] = useState(createAppRouter);
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

/** The server puts it into the page anew with each request; styles without it are refused. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

// The scroll lock of dialogs writes a style of its own and looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

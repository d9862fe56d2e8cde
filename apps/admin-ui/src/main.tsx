/*
 * The admin page. Read first:
 *
 *   app/pages.tsx                                    the pages
 *   app/theme.ts                                     how the parts of Mantine look and behave
 *   api/api.ts                                       what every component can use of the server
 *   live/follow-changes.ts                           how the page stays up to date
 *   features/queue/hooks/use-frozen-order.ts         why rows do not move under the pointer
 *   features/stop/components/stop-dialog.tsx         a stop and its receipt
 *
 * A feature has components, with the requests and hooks that one of them uses; what several use is
 * in its api and hooks. Features do not import each other; what two of them share is in api, live,
 * notices, hooks or components.
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/mantine.css';
import './app/tokens.css';
import './app/page.css';
import { browserLinks } from './api/browser-links.ts';
import { createApi } from './api/create-api.ts';
import { App } from './app/app.tsx';
import { createAppRouter } from './app/router.tsx';

const { links, reconnect } = browserLinks();
const root = document.getElementById('root');
if (root === null) throw new Error('The page needs an element with the id "root".');
const api = createApi(links, reconnect);
const router = createAppRouter(api);
// The page's first requests leave before it is drawn.
void router.load();
createRoot(root).render(
  <StrictMode>
    <App api={api} router={router} />
  </StrictMode>,
);

/*
 * The page. Read first: app/router.tsx (what there is), api/follow-changes.ts (how it stays true), features/queue/use-held-order.ts (how
 * rows hold still), features/stop/stop-dialog.tsx (a stop and its receipt).
 */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/mantine.css';
import './app/tokens.css';
import './app/page.css';
import { createApi } from './api/api.ts';
import { browserLinks } from './api/browser-links.ts';
import { App } from './app/app.tsx';

const { links, dropSocket } = browserLinks();
const root = document.getElementById('root');
if (root === null) throw new Error('The page needs an element with the id "root".');
createRoot(root).render(
  <StrictMode>
    <App api={createApi(links, dropSocket)} />
  </StrictMode>,
);

/**
 * The whole page over a farm in memory; not part of the build.
 * Run `npx vite apps/admin-ui` and open /preview.html (`?user=vera` for a viewer).
 */
import './allow-trpc-server.ts';
import { createRoot } from 'react-dom/client';
import '../app/mantine.css';
import '../app/tokens.css';
import '../app/page.css';
import { App } from '../app/app.tsx';
import { createAppRouter } from '../app/router.tsx';
import { previewFarm } from './preview-farm.ts';
import { createTestApi } from './test-api.ts';

const farm = previewFarm();
await farm.fill();
const user = new URLSearchParams(window.location.search).get('user') === 'vera' ? 'vera' : 'ada';
window.history.replaceState(null, '', '/queue');
const root = document.getElementById('root');
const api = createTestApi(farm, user);
const router = createAppRouter(api);
if (root !== null) createRoot(root).render(<App api={api} router={router} />);

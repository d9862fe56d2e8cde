/** The whole page over a farm in memory: `npx vite apps/admin-ui`, then /preview.html (`?user=vera` for a viewer). Not part of the build. */
import './allow-router.ts';
import { createRoot } from 'react-dom/client';
import '../app/mantine.css';
import '../app/tokens.css';
import '../app/page.css';
import { App } from '../app/app.tsx';
import { farmApi } from './farm-api.ts';
import { previewFarm } from './preview-farm.ts';

const farm = previewFarm();
await farm.fill();
const user = new URLSearchParams(window.location.search).get('user') === 'vera' ? 'vera' : 'ada';
window.history.replaceState(null, '', '/queue');
const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App api={farmApi(farm, user)} />);

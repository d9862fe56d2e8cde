import { HOST_STATES } from '@renderdeck/contract';
import { createRoute } from '@tanstack/react-router';
import type { HostsSearch } from '../../features/hosts/components/hosts-search.ts';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const HostsPage = lazyPage(
  async () => (await import('../../features/hosts/components/hosts-page.tsx')).HostsPage,
);

export const hosts = createRoute({
  getParentRoute: () => authenticated,
  path: '/hosts',
  validateSearch: (search: Record<string, unknown>): HostsSearch => {
    const state = HOST_STATES.find((one) => one === search.state);
    // The router gives a number where the address has digits alone.
    const host = typeof search.host === 'number' ? String(search.host) : search.host;
    return {
      ...(state === undefined ? {} : { state }),
      ...(typeof host === 'string' && host !== '' ? { host } : {}),
    };
  },
  component: function Hosts() {
    const search = hosts.useSearch();
    const navigate = hosts.useNavigate();
    return <HostsPage search={search} onSearch={(next) => void navigate({ search: next })} />;
  },
});

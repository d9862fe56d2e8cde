import { createRoute } from '@tanstack/react-router';
import { readAuditSearch } from '../../features/audit/api/read-audit-search.ts';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const AuditPage = lazyPage(
  async () => (await import('../../features/audit/components/audit-page.tsx')).AuditPage,
);

export const audit = createRoute({
  getParentRoute: () => authenticated,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: function Audit() {
    const search = audit.useSearch();
    const navigate = audit.useNavigate();
    return (
      <AuditPage
        search={search}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
    );
  },
});

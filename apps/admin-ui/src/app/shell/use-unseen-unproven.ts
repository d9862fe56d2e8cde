import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTitleMark } from '../../hooks/use-page-title.ts';

/**
 * Marks the title of the tab while more attempts are not proven than when the user last opened
 * their list. The footer counts them until they are proven: what was seen may still run.
 */
export function useUnseenUnproven(open: number): void {
  const [seen, setSeen] = useState(0);
  const isListed = useRouterState({
    select: ({ location }) => location.pathname === '/queue' && 'open' in location.search,
  });
  useEffect(() => {
    setSeen((before) => (isListed ? open : Math.min(before, open)));
  }, [isListed, open]);
  useTitleMark(open > seen && !isListed);
}

import type { MeOutput } from '@renderdeck/contract';
import type { LinkProps } from '@tanstack/react-router';

export type NavPage = {
  readonly label: string;
  readonly link: Pick<LinkProps, 'to' | 'search'>;
  /** Whether this user may open it; unset: every signed-in user. */
  readonly isFor?: (can: MeOutput['can']) => boolean;
};

/** The pages of the navigation, in their order. The commands list them too. */
export const NAV_PAGES: readonly NavPage[] = [
  { label: 'Queue', link: { to: '/queue', search: { show: 'active' } } },
  { label: 'Hosts', link: { to: '/hosts' } },
  { label: 'Audit', link: { to: '/audit' } },
  { label: 'Measures', link: { to: '/measures', search: { range: '24h' } } },
  { label: 'Access', link: { to: '/access' }, isFor: ({ access }) => access },
  { label: 'Notices', link: { to: '/notices' } },
];

/** The path to go to after signing in: a path of this page, or the queue. A link from elsewhere cannot send anybody away. */
export function ownPath(to: unknown, origin: string): string {
  if (typeof to !== 'string' || !to.startsWith('/')) return '/queue';
  const url = URL.canParse(to, origin) ? new URL(to, origin) : null;
  if (url === null || url.origin !== origin || url.pathname.startsWith('//')) return '/queue';
  return url.pathname === '/sign-in' ? '/queue' : `${url.pathname}${url.search}${url.hash}`;
}

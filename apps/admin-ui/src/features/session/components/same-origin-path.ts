/** The path to open after signing in; anything but a path of this origin becomes "/queue". */
export function sameOriginPath(to: unknown, origin: string): string {
  if (typeof to !== 'string' || !to.startsWith('/')) return '/queue';
  const url = URL.canParse(to, origin) ? new URL(to, origin) : null;
  if (url === null || url.origin !== origin || url.pathname.startsWith('//')) return '/queue';
  return url.pathname === '/sign-in' ? '/queue' : `${url.pathname}${url.search}${url.hash}`;
}

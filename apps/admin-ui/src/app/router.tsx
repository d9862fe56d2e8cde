/*
 * Every page has a file under pages/, and a line here. A page that a user reaches without a link
 * also has a line in shell/nav-pages.ts. A test checks every route of this list for accessibility.
 */
import { createRouter } from '@tanstack/react-router';
import { PageFailed } from './page-failed.tsx';
import { access } from './pages/access.tsx';
import { audit } from './pages/audit.tsx';
import { home } from './pages/home.tsx';
import { hosts } from './pages/hosts.tsx';
import { job } from './pages/job.tsx';
import { measures } from './pages/measures.tsx';
import { notices } from './pages/notices.tsx';
import { queue } from './pages/queue.tsx';
import { receipt } from './pages/receipt.tsx';
import { authenticated, root } from './pages/root.tsx';
import { signIn } from './pages/sign-in.tsx';
import { submit } from './pages/submit.tsx';

const routeTree = root.addChildren([
  signIn,
  authenticated.addChildren([
    home,
    queue,
    job,
    receipt,
    hosts,
    audit,
    measures,
    access,
    submit,
    notices,
  ]),
]);

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: false,
    defaultErrorComponent: PageFailed,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}

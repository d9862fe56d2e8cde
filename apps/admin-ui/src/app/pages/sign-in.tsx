import { createRoute, useRouter } from '@tanstack/react-router';
import { useApi } from '../../api/api.ts';
import { sameOriginPath } from '../../features/session/components/same-origin-path.ts';
import { SignInPage } from '../../features/session/components/sign-in-page.tsx';
import { root } from './root.tsx';

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: ({ to }: Record<string, unknown>) => (typeof to === 'string' ? { to } : {}),
  component: function SignIn() {
    const { to } = signIn.useSearch();
    const { queryClient, jobs } = useApi();
    const router = useRouter();
    const onSignedIn = () => {
      queryClient.clear();
      jobs.clear();
      router.history.push(sameOriginPath(to, window.location.origin));
    };
    return <SignInPage onSignedIn={onSignedIn} />;
  },
});

import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from '../app/app.tsx';
import { createAppRouter } from '../app/router.tsx';
import { createTestApi } from './test-api.ts';

/** Renders the whole page over a farm in memory, with a user in front of it. */
export function renderApp({
  user = 'ada',
  path = '/queue',
  farm = createFakeAdminPort(),
  links = [],
}: Partial<Options> = {}) {
  window.history.replaceState(null, '', path);
  const api = createTestApi(farm, user, links);
  const { unmount } = render(<App api={api} router={createAppRouter(api)} />);
  return { farm, api, unmount, person: userEvent.setup() };
}

type Farm = ReturnType<typeof createFakeAdminPort>;
type Options = {
  user: Parameters<Farm['signIn']>[0];
  path: string;
  farm: Farm;
  /** Stand between the page and the API. */
  links: Parameters<typeof createTestApi>[2];
};

/** A farm where `rendering` runs on render-01 and the others are queued in this order. */
export function aFakeFarm({
  rendering = 'spot_0142',
  waiting = ['first', 'second', 'third'],
}: {
  rendering?: string;
  waiting?: string[];
} = {}) {
  const fake = createFakeAdminPort();
  const running = fake.farm.submit(rendering, 'mira', 100).id;
  fake.farm.claimNext('render-01');
  fake.farm.progress(running, 42);
  const queued = waiting.map((name) => fake.farm.submit(name, 'jonas').id);
  return { fake, running, queued };
}

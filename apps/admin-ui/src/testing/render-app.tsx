import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { cleanup, configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, vi } from 'vitest';
import { App } from '../app/app.tsx';
import { createTestApi } from './test-api.ts';

// Browser features that jsdom lacks.
Object.assign(window, {
  matchMedia: (media: string) => ({
    media,
    matches: false,
    addEventListener() {},
    removeEventListener() {},
  }),
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
  scrollTo() {},
  scrollBy() {},
});

// Long timeouts for busy machines; each wait ends as soon as its condition holds.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

/** Renders the whole page over a farm in memory, with a user in front of it. */
export function renderApp({
  user = 'ada',
  path = '/queue',
  farm = createFakeAdminPort(),
}: Partial<Options> = {}) {
  window.history.replaceState(null, '', path);
  const api = createTestApi(farm, user);
  render(<App api={api} />);
  return { farm, api, person: userEvent.setup() };
}

type Farm = ReturnType<typeof createFakeAdminPort>;
type Options = { user: Parameters<Farm['signIn']>[0]; path: string; farm: Farm };

/** A farm where `rendering` runs on render-01 and the others are queued in this order. */
export function aFarm({
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

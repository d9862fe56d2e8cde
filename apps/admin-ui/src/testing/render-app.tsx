import { createFakeAdminPort } from '@renderdeck/testing/fake-admin-port';
import { cleanup, configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, vi } from 'vitest';
import { App } from '../app/app.tsx';
import { farmApi } from './farm-api.ts';

// What a browser has and jsdom has not.
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

// Two busy cores take their time; what is waited for ends the wait.
vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  window.localStorage.clear();
});

/** The whole page over a farm in memory, with a person in front of it. */
export function renderApp({
  user = 'ada',
  path = '/queue',
  farm = createFakeAdminPort(),
}: Partial<Options> = {}) {
  window.history.replaceState(null, '', path);
  const api = farmApi(farm, user);
  render(<App api={api} />);
  return { farm, api, person: userEvent.setup() };
}

type Farm = ReturnType<typeof createFakeAdminPort>;
type Options = { user: Parameters<Farm['signIn']>[0]; path: string; farm: Farm };

/** A farm where `rendering` runs on render-01 and the others wait in this order. */
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

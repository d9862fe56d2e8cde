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

/** A farm where spot_0142 runs on render-01 and the others are queued in this order. */
export function aFakeFarm({ waiting = ['first', 'second', 'third'] }: Waiting = {}) {
  const fake = createFakeAdminPort();
  const running = fake.farm.submit('spot_0142', 'mira', 100).id;
  fake.farm.claimNext('render-01');
  fake.farm.progress(running, 42);
  const queued = waiting.map((name) => fake.farm.submit(name, 'jonas').id);
  const [first = raise(), second = raise()] = fake.farm.hosts;
  return {
    fake,
    running,
    queued,
    /** render-01 and render-02. */
    hosts: [first, second] as const,
    /** What the farm holds of a job. */
    recordOf: (id: string) => fake.farm.records.get(id) ?? raise(),
  };
}
type Waiting = { readonly waiting?: readonly string[] };

/** The page over such a farm. RUNNING in its address is the id of the job that runs. */
export function openPage({
  waiting,
  path = '/queue',
  ...options
}: Waiting & Partial<Omit<Options, 'farm'>> = {}) {
  const farm = aFakeFarm(waiting === undefined ? {} : { waiting });
  const address = path.replace('RUNNING', farm.running);
  return { ...farm, ...renderApp({ ...options, farm: farm.fake, path: address }) };
}

/** The value is there. */
export function raise(): never {
  throw new Error('The farm has lost it.');
}

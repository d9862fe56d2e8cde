import { cuttableNetwork } from '../cuttable-network.ts';
import type { Tour } from './start-tour.ts';
import { editedRerun, submitJson, submitStates } from './submit-states.ts';

/** States of pages that need more than an address. */
export const OPEN_STATES: Readonly<Record<string, (tour: Tour) => Promise<void>>> = {
  queueStates,
  lostAttempt,
  jobTabs,
  hostCheck,
  filteredAudit,
  submitStates,
  submitJson,
  editedRerun,
  newVersion,
  cutOff,
};

async function queueStates({ page, goTo, check, shown }: Tour): Promise<void> {
  await goTo(`/queue?show=all&job=${shown.jobId}`);
  await check('queue with a panel');
  await goTo('/queue?show=all&q=nothing%20like%20this');
  await page.getByText('No job matches.').waitFor();
  await check('queue without a match');
}

/** The count in the footer, its list, and the page of a job that may run on a lost host. */
async function lostAttempt({ page, goTo, check }: Tour): Promise<void> {
  await goTo('/queue?show=all');
  await page.locator('footer').getByRole('link', { name: '1 not proven' }).click();
  await page.getByText('Attempt 1 on ae-03 not proven').waitFor();
  await check('queue, not proven');
  await page.getByRole('link', { name: 'requeued' }).click();
  await page
    .getByText(/^Attempt 1 on ae-03 is not proven: last heard .*\. Its output may be published\.$/)
    .waitFor();
  await check('job, not proven');
}

async function jobTabs({ page, goTo, check, shown }: Tour): Promise<void> {
  for (const tab of ['log', 'definition', 'history']) {
    await goTo(`/jobs/${shown.jobId}?tab=${tab}`);
    await check(`job, ${tab}`);
  }
  await goTo('/jobs/3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a5a');
  await page.getByText(/^No job with this id/).waitFor();
  await check('job that is not there');
}

async function hostCheck({ page, goTo, check }: Tour): Promise<void> {
  await goTo('/hosts?host=render-01');
  await page.getByRole('button', { name: 'Check now: render-01' }).click();
  await page.getByText('Checks itself…').waitFor();
  await check('panel of a host that checks itself');
}

async function filteredAudit({ page, goTo, check }: Tour): Promise<void> {
  await goTo('/audit?result=refused&did=stop&from=2026-01-01T00%3A00%3A00.000Z');
  await page.getByRole('button', { name: 'Clear filter' }).waitFor();
  await check('audit, filtered');
}

/** The page comes from an older build than the server that answers now. */
async function newVersion({ page, goTo, check }: Tour): Promise<void> {
  const isPage = ({ pathname }: URL) => pathname === '/measures';
  await page.route(isPage, async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/(name="build" content=")[^"]*/, '$1old');
    await route.fulfill({ response, body });
  });
  await goTo('/measures');
  await page.getByText(/^New version/).waitFor();
  await check('new version');
  await page.unroute(isPage);
}

/** What the strip says while the page is cut off. */
async function cutOff({ page, goTo, check }: Tour): Promise<void> {
  const net = await cuttableNetwork(page.context());
  await goTo('/hosts');
  await net.cutLive();
  await page.getByText('What you see may be old. Actions still work.').waitFor();
  await check('not live');
  await net.cut();
  await page.getByText(/^No answer from the server since/).waitFor();
  await check('no server');
  net.restore();
}

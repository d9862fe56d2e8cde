import type { Page } from 'playwright-core';

const QUEUE = [
  'Position',
  'Job',
  'Status',
  'Progress',
  'Starts or ends',
  'Priority',
  'Host',
  'For',
];
const HOSTS = ['Host', 'State', 'Job', 'Progress', 'Last heard'];
const AUDIT = ['When', 'Who', 'Did', 'What', 'Change', 'Result'];

/** What the table of a page shows in a wide and in a narrower window; at 390 px there are cards. */
export const COLUMNS: Readonly<Record<string, { 1600: string[]; 1280: string[] }>> = {
  '/queue?show=active': {
    1600: [...QUEUE, 'Submitted by', 'Actions'],
    1280: [...QUEUE, 'Actions'],
  },
  '/hosts?view=table': {
    1600: [...HOSTS, 'Agent', 'After Effects', 'Free disk', 'Last 24 h', 'Open stops'],
    1280: [...HOSTS, 'Last 24 h', 'Open stops'],
  },
  '/audit': { 1600: [...AUDIT, 'From', 'Receipt'], 1280: [...AUDIT, 'Receipt'] },
};

/** The columns that are seen now, in their order; none where cards stand in place of the table. */
export function seenColumns(page: Page): Promise<string[]> {
  return page
    .locator('main table')
    .first()
    .locator('thead th')
    .filter({ visible: true })
    .allTextContents();
}

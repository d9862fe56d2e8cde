/** The parts of a job's page, as `tab` of its address names them. */
export const JOB_TABS = ['overview', 'log', 'definition', 'history'] as const;
export type JobTab = (typeof JOB_TABS)[number];

/** The tab that an address names; the first tab if it names none. */
export function readJobTab(wanted: unknown): JobTab {
  return JOB_TABS.find((tab) => tab === wanted) ?? 'overview';
}

/** The parts of a job's page, as `tab` of its address names them. */
export const JOB_TABS = ['overview', 'log', 'definition', 'history'] as const;
export type JobTab = (typeof JOB_TABS)[number];

/** The tab that an address asks for; the first one where it asks for none. */
export function readJobTab(wanted: unknown): JobTab {
  return JOB_TABS.find((tab) => tab === wanted) ?? 'overview';
}

/** The address of the failed jobs with this reason. */
export function failedSearch(reason: string) {
  return { show: 'ended', reason } as const;
}

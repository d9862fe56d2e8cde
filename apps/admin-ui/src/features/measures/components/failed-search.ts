/** The address of the failed jobs with this reason. */
export function failedSearch(_reason: string) {
  return { show: 'ended', status: 'FAILED' } as const;
}

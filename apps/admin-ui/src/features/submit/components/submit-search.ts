/** The values in the address of the page: the job to start from, and the view that is shown. */
export type SubmitSearch = {
  readonly from?: string;
  readonly view?: 'json';
};
export type SubmitView = 'form' | 'json';

/** Reads the address; what it cannot read is left out. */
export function readSubmitSearch({ from, view }: Record<string, unknown>): SubmitSearch {
  return {
    ...(typeof from === 'string' ? { from } : {}),
    ...(view === 'json' ? { view } : {}),
  };
}

/** Which dialog to open about which job. Only a user's action opens one, never a link. */
export type JobDialogRequest = {
  readonly dialog: 'stop' | 'receipt' | 'priority' | 'rerun';
  readonly jobId: string;
};
export type OpenJobDialog = (request: JobDialogRequest) => void;

/**
 * What keeps a host from taking jobs. The host says more in a sentence; the kind is for counting.
 */
export const HOST_PROBLEMS = [
  'renderer', // it has no After Effects that its worker can use
  'earlierRenders', // renders of an earlier worker could not be ended
  'journal', // the ends of its renders could not be sent to the database for long
  'proof', // it could not prove the end of a render
  'disk', // the disk of its scratch root is nearly full, or cannot be used
  'reach', // the user of its renders cannot reach what a render needs
  'folder', // a folder that jobs may use does not answer, for example a share
  'renders', // renders failed because of the host, or its check of itself failed
  'other', // its worker is of an older version, which names no kind
] as const;
export type HostProblem = (typeof HOST_PROBLEMS)[number];

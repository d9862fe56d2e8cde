/**
 * A count that could cover all jobs that were ever stored stops here, so that it costs the same
 * after years. A count of this value means "this many or more".
 */
export const MOST_COUNTED = 10_000;

/**
 * The limit of a count of jobs that contain a text. It is lower, because each job has to be read.
 */
export const MOST_FOUND = 1000;

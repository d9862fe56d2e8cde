/**
 * A count that may be of all jobs that ever were stops here, so that it costs the same after years.
 * It then stands for "so many or more".
 */
export const MOST_COUNTED = 10_000;

/** The same for jobs that have a text, because each of them has to be read. */
export const MOST_FOUND = 1000;

/**
 * The version of Renderdeck, and of each package, program and host folder (a test compares them).
 */
export const VERSION = '0.1.0';

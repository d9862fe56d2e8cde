/** The version of Renderdeck: of each package, program and host folder (a test compares them). */
export const VERSION = '0.1.0';

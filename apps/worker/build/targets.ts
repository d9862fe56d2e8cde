/** The systems that a host folder is built for: Node's `process.platform` and `process.arch`. */
export const TARGETS = ['win32-x64', 'linux-x64', 'darwin-arm64', 'darwin-x64'] as const;

export type Target = (typeof TARGETS)[number];

/**
 * Resolves with the first signal that asks this process to end. The same signal again ends the
 * process at once; the programs that it started then end by themselves.
 */
export function firstSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // Not `once`: while execa waits for a program, its signal-exit ends this process if it finds
      // no other listener for the signal.
      const hear = () => {
        resolve(signal);
        setImmediate(() => process.off(signal, hear));
      };
      process.on(signal, hear);
    }
  });
}

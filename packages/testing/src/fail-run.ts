/** Fails the test run although every test passed, because of a problem after the last test. */
export function failRun(reason: string): void {
  process.exitCode = 1;
  console.error(`\nTEST RUN FAILED: ${reason}\n`);
}

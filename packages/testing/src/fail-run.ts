/** Makes the whole test run fail although every test passed; for what is seen only after the last test. */
export function failRun(reason: string): void {
  process.exitCode = 1;
  console.error(`\nTEST RUN FAILED: ${reason}\n`);
}

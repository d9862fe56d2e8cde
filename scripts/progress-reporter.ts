import type { Reporter, TestCase } from 'vitest/node';

const ERASE_LINE = '\r\u001b[K';
const EVERY_MS = 500;

/**
 * In a terminal, one line tells how far the run is. In a pipe it prints nothing. It stands first in
 * the list of reporters: before another reporter prints a failure, it erases its line.
 */
export class ProgressReporter implements Reporter {
  #files = 0;
  #ended = 0;
  #passed = 0;
  #failed = 0;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(files: readonly unknown[]): void {
    if (!process.stdout.isTTY) return;
    this.#files = files.length;
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => process.stdout.write(`${ERASE_LINE}${this.#line()}`), EVERY_MS);
    this.#timer.unref();
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    if (state === 'passed') this.#passed += 1;
    if (state === 'failed') this.#failed += 1;
    this.#erase();
  }

  onTestModuleEnd(): void {
    this.#ended += 1;
    this.#erase();
  }

  onUserConsoleLog(): void {
    this.#erase();
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
    this.#erase();
  }

  #erase(): void {
    if (this.#timer !== undefined) process.stdout.write(ERASE_LINE);
  }

  #line(): string {
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000);
    const time = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    const failed = this.#failed === 0 ? '' : `, ${this.#failed} failed`;
    return `${this.#ended} of ${this.#files} files: ${this.#passed} passed${failed} · ${time}`;
  }
}

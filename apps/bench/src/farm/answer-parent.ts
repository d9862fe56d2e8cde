/** Ends this program when its parent ends, also while it still starts. */
export function endWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
}

/** Tells the parent process that this program is ready, and answers its messages. */
export function answerParent(answers: Readonly<Record<string, () => unknown>>): void {
  process.on('message', (message) => {
    void Promise.resolve(answers[String(message)]?.()).then((answer) =>
      process.send?.({ farm: JSON.stringify(answer ?? null) }),
    );
  });
  process.send?.({ farm: 'ready' });
}

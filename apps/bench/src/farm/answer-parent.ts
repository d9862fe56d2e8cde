/** Tells the parent process that this program is ready, and answers its messages. */
export function answerParent(answers: Readonly<Record<string, () => unknown>>): void {
  process.on('message', (message) => {
    void Promise.resolve(answers[String(message)]?.()).then((answer) =>
      process.send?.({ farm: JSON.stringify(answer ?? null) }),
    );
  });
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.send?.({ farm: 'ready' });
}

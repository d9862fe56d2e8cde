/** A caller that starts a server, prints one line about it, and runs until it is killed. */
import { startLocalPostgres } from '../src/index.ts';

const { url, pid, reused } = await startLocalPostgres({
  dataDir: String(process.argv[2]),
  throwAway: process.argv[3] === 'throw-away',
});
process.on('SIGINT', () => console.log('interrupted'));
console.log(JSON.stringify({ url: url(), pid, reused }));
process.stdin.resume();

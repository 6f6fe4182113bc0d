import { writeFileSync } from 'node:fs';
import { cogTestServer } from '../servers/test-servers.ts';

/**
 * For tests only: what a stand-in "container" runs: a small server with the interface of Cog that computes nothing. The
 * prompt "die" ends it in the middle.
 */
const [port = '', behaviour = '', exitFile = ''] = process.argv.slice(2);
if (behaviour === 'ends') {
  writeFileSync(exitFile, '3');
  process.exit(3);
}
const health = { starting: 'STARTING', broken: 'SETUP_FAILED' }[behaviour] ?? 'READY';
await cogTestServer(Number(port), health, (prompt) => {
  if (prompt === 'die') process.kill(process.pid, 'SIGKILL');
});

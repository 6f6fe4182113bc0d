// oxlint-disable no-restricted-imports -- runs under Node, never in the window
import { buildRenderer } from './build.ts';
import { startMockHost } from './host.ts';
import { STATES, type StateName } from './states.ts';

/** `node src-renderer/dev/serve.ts [state] [port]`: the interface with a pretended node, to look at by hand. */
const name = process.argv[2] ?? 'working';
if (!Object.hasOwn(STATES, name)) {
  console.error(`There is no state “${name}”; there are: ${Object.keys(STATES).join(', ')}.`);
  process.exit(1);
}
const host = await startMockHost(await buildRenderer(), name as StateName, Number(process.argv[3] ?? 4173));
console.log(`${name}: ${host.url}`);

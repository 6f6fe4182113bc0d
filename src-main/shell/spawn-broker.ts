import type { SpawnReport, SpawnRequest } from '../cli/brokered-spawner.ts';
import type { Child, Spawner } from '../process/spawner.ts';

/** A peer of the sandbox needs about five; a broken one must not fill the machine. */
const MAX_CHILDREN = 16;

/** Makes processes for `asker`, hands messages to and fro, and ends them with it. */
export function brokerSpawns(asker: Child, spawner: Spawner): void {
  const children = new Map<number, Child>();
  const report = (message: SpawnReport): void => asker.channel.send(message);
  const spawn = ({ ref, entry, options }: Extract<SpawnRequest, { spawner: 'spawn' }>): void => {
    if (children.size >= MAX_CHILDREN || entry === 'headless') return report({ spawner: 'exit', ref, code: null });
    let child: Child;
    try {
      child = spawner.spawn(entry, options);
    } catch (error) {
      report({ spawner: 'stderr', ref, text: error instanceof Error ? error.message : String(error) });
      return report({ spawner: 'exit', ref, code: null });
    }
    children.set(ref, child);
    child.channel.onMessage((message) => report({ spawner: 'message', ref, message }));
    child.onStderr((text) => report({ spawner: 'stderr', ref, text }));
    child.onExit((code) => {
      children.delete(ref);
      report({ spawner: 'exit', ref, code });
    });
  };
  asker.channel.onMessage((raw) => {
    const request = raw as SpawnRequest;
    if (request.spawner === 'spawn') spawn(request);
    else if (request.spawner === 'send') children.get(request.ref)?.channel.send(request.message);
    else if (request.spawner === 'kill') children.get(request.ref)?.kill();
  });
  asker.onExit(() => {
    for (const child of children.values()) child.kill();
  });
}

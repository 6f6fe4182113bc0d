import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { utilityProcess } from 'electron';
import { childEnvironment, type Child, type Spawner } from '../process/spawner.ts';
import { brokerSpawns } from './spawn-broker.ts';

/**
 * Children of the node inside Electron. `fork` is not there: the released app does not run as plain Node.
 * A `headless` child (a peer of the sandbox) has children of its own, which only this process can make for it.
 * @param directory folder with the built entries (`out/main`).
 */
export function utilitySpawner(directory: string): Spawner {
  const spawner: Spawner = {
    spawn(entry, options = {}) {
      const file = join(directory, `${entry}.js`);
      if (!existsSync(file)) throw new Error(`${file} is missing: run the build first`);
      const child = utilityProcess.fork(file, [...(options.args ?? [])], {
        serviceName: `Folkmoot ${entry}`,
        env: childEnvironment(options.env),
        stdio: ['ignore', 'ignore', 'pipe'],
        execArgv: ['--enable-source-maps'],
      });
      let exited = false;
      let killed = false;
      const kill = (): void => {
        killed = true;
        if (exited) return;
        // Electron's own kill is a SIGTERM, which a lane inside native code would not hear.
        if (child.pid === undefined || process.platform === 'win32') child.kill();
        else process.kill(child.pid, 'SIGKILL');
      };
      child.once('spawn', () => killed && kill());
      child.once('exit', () => (exited = true));
      // A child whose engine gave up; its end follows. Unheard it would be the end of this process.
      child.on('error', () => undefined);
      const made: Child = {
        get pid() {
          return child.pid;
        },
        channel: {
          send: (message) => {
            // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
            if (!exited) child.postMessage(message);
          },
          onMessage: (listener) => void child.on('message', listener),
          onClose: (listener) => void child.once('exit', () => listener()),
        },
        kill,
        onExit: (listener) => void child.once('exit', (code) => listener(killed ? null : code)),
        onStderr: (listener) => void child.stderr?.on('data', (data: Buffer) => listener(data.toString('utf8'))),
      };
      if (entry === 'headless') brokerSpawns(made, spawner);
      return made;
    },
  };
  return spawner;
}

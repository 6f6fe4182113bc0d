import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Channel } from './channel.ts';
import { confined } from './confine/confine.ts';

/** Entries that the build emits beside the main bundle, one file per kind of process. */
export type ProcessEntry = 'worker' | 'text' | 'caller' | 'peer' | 'signer' | 'anvil' | 'probe' | 'headless';

export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Shuts the process in as far as the platform allows; see confine.ts. */
  readonly confine?: Confinement;
}

/** All that a confined process may do beyond computing. It may always read its own code. */
export interface Confinement {
  /** Folders. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** Open connections. */
  readonly network: boolean;
  /** Load native code. */
  readonly native: boolean;
}

export interface Child {
  readonly pid: number | undefined;
  /** What keeps a confined process in, in words; absent when nothing does. */
  readonly kept?: string;
  readonly channel: Channel;
  /** SIGKILL: a lane blocked in native code answers nothing else. */
  kill(): void;
  onExit(listener: (code: number | null) => void): void;
  /** Lines the child wrote to stderr, for the log. */
  onStderr(listener: (text: string) => void): void;
}

/** How children are made: `fork` in rig, tests and bench; `utilityProcess` in the Electron shell. */
export interface Spawner {
  spawn(entry: ProcessEntry, options?: SpawnOptions): Child;
}

const NODE_ONLY =
  /^(PATH|HOME|TMPDIR|TEMP|TMP|LANG|LC_.*|TZ|XDG_.*|SystemRoot|APPDATA|LOCALAPPDATA|USERPROFILE|FOLKMOOT_.*|VK_.*)$/;

/** Children see a short list of variables: no tokens, no passwords of the session that started the app. */
export function childEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && NODE_ONLY.test(name) && name !== 'FOLKMOOT_PASSPHRASE_FILE') env[name] = value;
  }
  // onnxruntime would report its use to its makers; CUDA would number cards by speed, nvidia-smi does by their place.
  return { ...env, ORT_DISABLE_TELEMETRY: '1', CUDA_DEVICE_ORDER: 'PCI_BUS_ID', ...extra };
}

/** @param directory folder with the built entries (`out/main`). */
export function forkSpawner(directory: string): Spawner {
  return {
    spawn(entry, options = {}) {
      // A confined process has another working directory.
      const file = resolve(directory, `${entry}.js`);
      if (!existsSync(file)) throw new Error(`${file} is missing: run the build first`);
      const walls = options.confine === undefined ? undefined : confined(file, options.confine);
      const child = fork(file, [...(options.args ?? [])], {
        serialization: 'advanced',
        ...(walls === undefined ? {} : { execPath: walls.file }),
        execArgv: [...(walls?.args ?? []), '--enable-source-maps'],
        env: childEnvironment(options.env),
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // Ctrl-C in a terminal goes to a whole process group: children are stopped by the node, in order.
        detached: process.platform !== 'win32',
      });
      // No process, no memory: `error` comes without an `exit`, and unheard it would end the node.
      const ended = new Promise<number | null>((resolve) => {
        child.once('exit', (code) => resolve(code));
        child.once('error', () => child.pid === undefined && resolve(null));
        child.on('error', () => undefined);
      });
      return {
        pid: child.pid,
        ...(walls === undefined ? {} : { kept: walls.kept }),
        channel: {
          send: (message) => {
            if (child.connected) child.send(message as object, () => undefined);
          },
          onMessage: (listener) => void child.on('message', listener),
          onClose: (listener) => void ended.then(() => listener()),
        },
        kill: () => void child.kill('SIGKILL'),
        onExit: (listener) => void ended.then(listener),
        onStderr: (listener) => void child.stderr?.setEncoding('utf8').on('data', listener),
      };
    },
  };
}

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore, type Store } from '../../store/open.ts';
import { Settings } from '../../store/settings.ts';
import { Containers, type ContainersNeeds } from './containers.ts';
import { dockerProgram, type Docker } from './docker.ts';
import type { Timing } from './supervised.ts';

export type Behaviour = 'ready' | 'starting' | 'broken' | 'ends';

/** For tests only: a machine with the stand-in for Docker of test-docker-program.ts, and nodes on it. */
export interface TestDocker {
  readonly docker: Docker;
  /** Folder of the program, for the PATH of whole nodes. */
  readonly bin: string;
  /** References of images that are there, by how what is in them behaves; `other` is a second one that works. */
  readonly images: Readonly<Record<Behaviour | 'other', string>>;
  /** A part of a node; a second one with the same store is the next run of the same node. */
  node(more?: Partial<ContainersNeeds>, timing?: Partial<Timing>): Containers;
  /** The engine stops answering, or answers again. */
  down(on: boolean): void;
  /** Everything that the program was asked, one command each. */
  asked(): string[][];
  /** Processes of containers, whoever started them. */
  pids(): number[];
  /** Containers and networks that are there. */
  there(): { readonly containers: number; readonly networks: number };
  clean(): Promise<void>;
}

/** As if the machine's kernel had ended it. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

const QUICK: Partial<Timing> = { pauseMs: 20, lookMs: 50, startMs: 20_000, waitMs: 20_000, backoffMs: [100, 200] };

export function pinned(name: string): string {
  return `${name}@sha256:${'5'.repeat(64)}`;
}

export function testDocker(): TestDocker {
  const folder = mkdtempSync(join(tmpdir(), 'folkmoot-docker-'));
  for (const each of ['bin', 'containers', 'networks']) mkdirSync(join(folder, each));
  const images = {
    ready: pinned('stand-in/cog'),
    other: pinned('stand-in/other'),
    starting: pinned('stand-in/slow'),
    broken: pinned('stand-in/broken'),
    ends: pinned('stand-in/ends'),
  };
  const behaviours = Object.entries(images).map(([behaviour, image]) => [image, behaviour]);
  writeFileSync(join(folder, 'images.json'), JSON.stringify(Object.fromEntries(behaviours)));
  writeFileSync(join(folder, 'asked.log'), '');
  const program = join(dirname(fileURLToPath(import.meta.url)), 'test-docker-program.ts');
  const script = `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${program}' '${folder}' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'docker'), script, { mode: 0o755 });
  const docker = dockerProgram({ PATH: join(folder, 'bin') }, ['/usr/bin', '/bin']);
  const store: Store = openStore(':memory:');
  const settings = new Settings(store);
  const nodes: Containers[] = [];
  const names = (kind: string): string[] => readdirSync(join(folder, kind)).filter((name) => name.endsWith('.json'));
  const pids = (): number[] =>
    names('containers').map(
      (name) => (JSON.parse(readFileSync(join(folder, 'containers', name), 'utf8')) as { pid: number }).pid,
    );
  return {
    docker,
    bin: join(folder, 'bin'),
    images,
    node: (more = {}, timing = {}) => {
      const node = new Containers({
        docker,
        settings,
        log: () => undefined,
        owner: () => 'aaaaaaaaaaaaaaaa',
        limits: () => ({ memoryBytes: 2 ** 30, cpus: 1, gpus: false }),
        changed: () => undefined,
        timing: { ...QUICK, ...timing },
        ...more,
      });
      nodes.push(node);
      return node;
    },
    down: (on) => {
      if (on) writeFileSync(join(folder, 'down'), '');
      else rmSync(join(folder, 'down'), { force: true });
    },
    asked: () =>
      readFileSync(join(folder, 'asked.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string[]),
    pids,
    there: () => ({ containers: names('containers').length, networks: names('networks').length }),
    clean: async () => {
      rmSync(join(folder, 'down'), { force: true });
      await Promise.all(nodes.map((node) => node.stop()));
      for (const pid of pids()) kill(pid);
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

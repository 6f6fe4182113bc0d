import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { Snapshot } from '../../src-shared/bridge/state.ts';
import { hostNode } from '../control/index.ts';
import { testNode, type TestNode } from '../control/test-node.ts';
import type { Installation } from './command.ts';
import { run } from './run.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const testInstallation: Installation = {
  entries: '/nowhere',
  resources: '/nowhere',
  renderer: '/nowhere',
  version: '1.2.3',
  create: async () => () => testNode(),
};

/** For tests only: one command line with what is typed at its prompts. */
export async function runLine(args: readonly string[], typed: readonly string[] = [], stdin = ''): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const answers = [...typed];
  const code = await run(
    args,
    {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      secret: async () => answers.shift() ?? '',
      read: async () => Buffer.from(stdin),
      onEnter: () => () => undefined,
    },
    testInstallation,
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** For tests only: a running node on a fresh profile, and the command line that talks to it. */
export class TestCli implements AsyncDisposable {
  readonly profile = mkdtempSync(join(tmpdir(), 'fm-cli-'));
  readonly node: TestNode;
  #stop: () => Promise<unknown> = async () => undefined;

  private constructor(scripted: Partial<CallHandlers>, start: Partial<Snapshot>) {
    this.node = testNode(scripted, start);
  }

  static async start(scripted: Partial<CallHandlers> = {}, start: Partial<Snapshot> = {}): Promise<TestCli> {
    const cli = new TestCli(scripted, start);
    const spawner = {
      spawn: () => {
        throw new Error('a test node has no children');
      },
    };
    const { profile } = cli;
    const config = {
      profile,
      host: 'rig',
      network: 'sandbox',
      peers: false,
      resources: profile,
      spawner,
      log: () => undefined,
    } as const;
    const hosted = await hostNode({ config, create: () => cli.node, url: () => 'http://127.0.0.1:1/login?token=t' });
    cli.#stop = () => hosted.stop();
    void cli.node.stopRequested.then(cli.#stop);
    return cli;
  }

  run(...args: string[]): Promise<Ran> {
    return runLine([...args, '--profile', this.profile]);
  }

  /** With what is typed at the prompts, or comes in on standard input. */
  runWith(typed: readonly string[], stdin: string, ...args: string[]): Promise<Ran> {
    return runLine([...args, '--profile', this.profile], typed, stdin);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

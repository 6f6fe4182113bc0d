import type { Terminal } from './terminal.ts';
import type { FolkmootNode } from '../node.ts';
import type { NodeConfig } from '../config.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help text: `DIR`. */
  readonly value?: string;
  readonly about: string;
}

export interface Positional {
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
}

/** Folders of this installation, and what tests put in their place. */
export interface Installation {
  /** Folder with the built entries (`out/main`). */
  readonly entries: string;
  readonly resources: string;
  readonly renderer: string;
  readonly version: string;
  readonly create: () => Promise<(config: NodeConfig) => FolkmootNode>;
}

export interface Context {
  readonly terminal: Terminal;
  readonly profile: string;
  readonly json: boolean;
  readonly installation: Installation;
  readonly positionals: readonly string[];
  text(option: string): string | undefined;
  flag(option: string): boolean | undefined;
  /** One line of JSON with `--json`, the sentence otherwise. */
  print(value: object, sentence: string): void;
}

export interface Command {
  /** One or two words: `status`, `wallet create`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly Positional[];
  readonly options?: Readonly<Record<string, Option>>;
  /** More for `--help`: examples, consequences. */
  readonly details?: string;
  run(context: Context): Promise<void>;
}

/** Every command has these. */
export const COMMON = {
  profile: {
    type: 'string',
    value: 'DIR',
    about: 'folder of the node (else $FOLKMOOT_PROFILE, else the usual place for data)',
  },
  json: { type: 'boolean', about: 'print JSON, one object per line' },
  help: { type: 'boolean', about: 'show this text' },
} as const satisfies Record<string, Option>;

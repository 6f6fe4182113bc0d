import type { Log } from './log.ts';
import type { Spawner } from './process/spawner.ts';

/**
 * What a sandbox peer does of its own accord; an ordinary node has none.
 * `asker` posts a task now and then, `solver` is a rival that lets others go first, `idle` is just there. All three take
 * seats of tasks that several machines must agree on.
 */
export const PERSONAS = ['asker', 'solver', 'idle'] as const;
export type Persona = (typeof PERSONAS)[number];

/** What the desktop shell knows of the person's session. */
export interface Session {
  /** null: it does not know. */
  idleSeconds(): number | null;
  /** The computer woke up; it was plugged in or out. */
  onChange(listener: (what: 'woke' | 'power') => void): void;
}

export interface NodeConfig {
  /** Folder that holds everything this node owns; one node per profile. */
  readonly profile: string;
  readonly host: 'desktop' | 'rig';
  /** `sandbox`: own local chain and three local peers. Otherwise the path of a network file (docs/networks.md). */
  readonly network: 'sandbox' | { readonly file: string };
  /** Sandbox only: start the three local peers (off in some tests). */
  readonly peers: boolean;
  /** File with the passphrase (mode 0600) so that a machine without a screen can unlock its wallet; creates the wallet if none was ever made. */
  readonly passphraseFile?: string;
  readonly persona?: Persona;
  /** Folder with models and icons that ship with the app. */
  readonly resources: string;
  readonly spawner: Spawner;
  readonly log: Log;
  /** Absent on a rig. */
  readonly session?: Session;
}

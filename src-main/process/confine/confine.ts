import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Confinement } from '../spawner.ts';
import { linuxPrefix, linuxWalls } from './linux.ts';
import { macosPrefix } from './macos.ts';
import { ownCode, permissionFlags } from './permission.ts';

export interface Command {
  readonly file: string;
  /** Before the entry. */
  readonly args: readonly string[];
  /** What keeps the process in, for the log; see docs/compute.md. */
  readonly kept: string;
}

/** How `node entry` is started so that it can do no more than it may, as far as this platform allows. */
export function confined(entry: string, confinement: Confinement, platform = process.platform): Command {
  const node = process.execPath;
  const flags = permissionFlags(entry, confinement);
  const code = ownCode(entry, confinement.native);
  const plain = (why: string): Command => ({ file: node, args: flags, kept: `Node's permission model only: ${why}` });
  if (platform === 'darwin' && existsSync('/usr/bin/sandbox-exec')) {
    const [file = node, ...args] = macosPrefix(confinement, code, node);
    return { file, args: [...args, node, ...flags], kept: 'a system sandbox and Node’s permission model' };
  }
  if (platform !== 'linux') return plain('this system offers programs nothing more without special rights');
  const scratch = confinement.write[0];
  if (scratch === undefined) return plain('it has no folder of its own');
  const { walls, why } = linuxWalls(dirname(scratch), node);
  const [file, ...args] = linuxPrefix(walls, confinement, [...code, node]);
  if (file === undefined) return plain(why ?? 'it needs the network, and walls around files alone could not be had');
  return {
    file,
    args: [...args, node, ...flags],
    kept:
      walls === 'full'
        ? 'namespaces of its own (files, network, no capabilities) and Node’s permission model'
        : `a network namespace and Node's permission model; files are not walled off: ${why ?? ''}`,
  };
}

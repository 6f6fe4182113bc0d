import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Confinement } from '../spawner.ts';

const UNSHARE = '/usr/bin/unshare';
const TRY_MS = 5_000;

/** What programs and drivers are made of; none of it belongs to the person. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/opt',
  '/nix',
  '/run/opengl-driver',
  '/sys/devices',
  '/sys/class',
  '/sys/bus',
  '/sys/dev',
];
const FILES = [
  '/etc/ld.so.cache',
  '/etc/vulkan',
  '/etc/nvidia',
  '/etc/OpenCL',
  '/proc/cpuinfo',
  '/proc/meminfo',
  '/proc/driver',
];
const RESOLVE = ['/etc/hosts', '/etc/resolv.conf', '/etc/nsswitch.conf', '/etc/ssl', '/run/systemd/resolve'];
const DEVICES = [
  'null',
  'random',
  'urandom',
  'dri',
  'kfd',
  'nvidiactl',
  'nvidia-uvm',
  'nvidia-uvm-tools',
  'nvidia-modeset',
];
const CARDS = Array.from({ length: 16 }, (_, index) => `nvidia${index}`);

/**
 * Runs as the first program of a new mount namespace: builds a root out of what is named and nothing else, moves into
 * it, drops every capability and becomes the given command. Of /proc only the process's own entry is there.
 * Few programs are started: each costs some milliseconds of every lane's start. Arguments: the folder for the root, the
 * folders to make, the files to make, the links (TO=FROM), the table of mounts, the first once more as the table writes
 * it; then the command.
 */
const SCRIPT = `set -eu
root=$1; folders=$2; files=$3; links=$4; table=$5; own=$6; shift 6
mkdir -p "$root"
mount -t tmpfs -o size=64m,mode=755 lane "$root"
cd "$root"
IFS='
'
mkdir -p $folders "proc/$$"
for file in $files; do : > "$file"; done
for link in $links; do ln -s "\${link#*=}" "\${link%%=*}"; done
ln -s "$$" proc/self; ln -s "$$/task/$$" proc/thread-self
printf '%s\n' "$table" "/proc/$$ $own/proc/$$ none rbind 0 0" > fstab
mount --all --fstab ./fstab
pivot_root . old
cd /
umount -l /old
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`;

interface Layout {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly table: readonly string[];
}

/** What the script is to make. Paths below a folder that is shown already are shown with it. */
function layout(root: string, readable: readonly string[], writable: readonly string[]): Layout {
  const folders = ['old', 'tmp', 'dev/shm'];
  const [files, links, table]: [string[], string[], string[]] = [[], [], []];
  const shown: string[] = [];
  const show = (path: string, options: string): void => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || shown.some((other) => path === other || path.startsWith(`${other}/`))) return;
    const inside = path.slice(1);
    folders.push(found.isDirectory() ? inside : dirname(inside));
    if (found.isSymbolicLink()) return void links.push(`${inside}=${readlinkSync(path)}`);
    if (!found.isDirectory()) files.push(inside);
    shown.push(path);
    table.push(`${fstab(path)} ${fstab(`${root}${path}`)} none ${options} 0 0`);
  };
  for (const path of readable) show(path, 'rbind,ro');
  for (const path of writable) show(path, 'rbind');
  return { folders: [...new Set(folders)], files, links, table };
}

/** As fstab(5) writes names. */
function fstab(path: string): string {
  return path.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('\t', '\\011').replaceAll('\n', '\\012');
}

/** `full`: no network, no files but those named. `network`: only that. `none`: neither could be had. */
export type Walls = 'full' | 'network' | 'none';

/** Program and arguments that come before Node's own. Looks only at which of the paths exist. */
export function linuxPrefix(walls: Walls, confinement: Confinement, code: readonly string[]): readonly string[] {
  const network = confinement.network ? [] : ['--net'];
  if (walls === 'none' || (walls === 'network' && confinement.network)) return [];
  if (walls === 'network') return [UNSHARE, '--map-root-user', ...network, '--'];
  const { read, write } = confinement;
  const first = write[0] ?? read[0];
  if (first === undefined) return [];
  const root = join(dirname(first), 'root');
  const shown = [...SYSTEM, ...FILES, ...(confinement.network ? RESOLVE : []), ...code, ...read];
  const devices = [...DEVICES, ...CARDS].map((name) => `/dev/${name}`);
  const { folders, files, links, table } = layout(root, shown, [...devices, ...write]);
  const lines = [folders, files, links, table].map((list) => list.join('\n'));
  const spaces = [...network, '--mount', '--ipc', '--uts'];
  return [UNSHARE, '--map-root-user', ...spaces, '--', '/bin/sh', '-c', SCRIPT, 'lane', root, ...lines, fstab(root)];
}

let known: { readonly walls: Walls; readonly why: string | null } | undefined;

/** Tried once, with a real process: containers and some distributions do not let users have namespaces. */
export function linuxWalls(folder: string, node: string): { readonly walls: Walls; readonly why: string | null } {
  if (known !== undefined) return known;
  if (!existsSync(UNSHARE)) return (known = { walls: 'none', why: 'there is no unshare program' });
  const confinement: Confinement = { read: [], write: [join(folder, 'out')], network: false, native: true };
  const attempt = (walls: Walls): string | null => {
    const [file, ...args] = linuxPrefix(walls, confinement, [node]);
    const { status, stderr, error } = spawnSync(file ?? '', [...args, node, '--version'], {
      timeout: TRY_MS,
      encoding: 'utf8',
    });
    return status === 0 ? null : (error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`);
  };
  const full = attempt('full');
  if (full === null) return (known = { walls: 'full', why: null });
  known = attempt('network') === null ? { walls: 'network', why: full } : { walls: 'none', why: full };
  return known;
}

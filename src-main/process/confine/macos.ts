import type { Confinement } from '../spawner.ts';

const SANDBOX = '/usr/bin/sandbox-exec';

/** What every program of the system needs, frameworks and the graphics driver among it. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/System',
  '/Library',
  '/private/var/db',
  '/private/etc',
  '/dev',
  '/opt/homebrew',
];

/**
 * A profile for sandbox-exec: nothing but the named folders, no network unless allowed, no other programs.
 * Written after Apple's own profiles; not verified on a Mac.
 */
export function macosProfile({ read, write, network }: Confinement, code: readonly string[], node: string): string {
  const paths = (all: readonly string[]): string => all.map((path) => `(subpath ${JSON.stringify(path)})`).join(' ');
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-info* (target self))',
    '(allow signal (target self))',
    '(allow sysctl-read)',
    '(allow mach-lookup)',
    '(allow iokit-open)',
    '(allow ipc-posix-shm)',
    '(allow file-read-metadata)',
    `(allow process-exec (literal ${JSON.stringify(node)}))`,
    `(allow file-read* ${paths([...SYSTEM, node, ...code, ...read, ...write])})`,
    `(allow file-map-executable ${paths([...SYSTEM, node, ...code])})`,
    `(allow file-write* ${paths([...write, '/dev/null'])})`,
    ...(network
      ? ['(allow network-outbound)', '(allow network-bind (local ip "localhost:*"))', '(allow system-socket)']
      : []),
  ].join('\n');
}

export function macosPrefix(confinement: Confinement, code: readonly string[], node: string): readonly string[] {
  return [SANDBOX, '-p', macosProfile(confinement, code, node)];
}

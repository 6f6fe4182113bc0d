/** How much of the machine a container may have. */
export interface ContainerLimits {
  readonly memoryBytes: number;
  /** Cores, may be a fraction. */
  readonly cpus: number;
  /** Passes the graphics cards through; needs NVIDIA's container tools. */
  readonly gpus: boolean;
}

export interface ContainerPlan {
  /** Pinned by digest: `name@sha256:…`. */
  readonly image: string;
  readonly name: string;
  /** A network without a way out; the container's port is published from it on this machine only. */
  readonly network: string;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly limits: ContainerLimits;
}

/** Where Cog listens inside. */
const COG_PORT = 5_000;

/** `docker network create`: containers on it reach each other and nothing else. */
export function networkArgs(network: string): string[] {
  return ['network', 'create', '--internal', '--driver', 'bridge', '--label', 'folkmoot=1', network];
}

/**
 * `docker run` for a Cog container that nobody trusts: no network but the internal one, nothing written but to memory,
 * no capability, no new rights, bounded memory, cores and processes. It is never pulled: the person does that.
 */
export function runArgs({ image, name, network, port, limits }: ContainerPlan): string[] {
  const memory = String(limits.memoryBytes);
  return [
    'run',
    '--detach',
    '--rm',
    '--init',
    '--pull=never',
    '--name',
    name,
    '--label',
    'folkmoot=1',
    '--network',
    network,
    '--publish',
    `127.0.0.1:${port}:${COG_PORT}`,
    '--read-only',
    '--tmpfs',
    '/tmp:rw,noexec,nosuid,nodev,size=1g',
    '--memory',
    memory,
    // The same: no swap on top.
    '--memory-swap',
    memory,
    '--cpus',
    String(limits.cpus),
    '--pids-limit',
    '256',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
    '--ipc',
    'private',
    '--log-driver',
    'none',
    ...(limits.gpus ? ['--gpus', 'all'] : []),
    image,
  ];
}

export function stopArgs(name: string): string[] {
  return ['rm', '--force', '--volumes', name];
}

export function removeNetworkArgs(network: string): string[] {
  return ['network', 'rm', network];
}

import type { ImageRef } from './image-ref.ts';

/** How much of the machine a container may have. */
export interface ContainerLimits {
  readonly memoryBytes: number;
  /** Cores, may be a fraction. */
  readonly cpus: number;
  /** Passes the graphics cards through; needs NVIDIA's container tools. */
  readonly gpus: boolean;
}

export interface ContainerPlan {
  readonly image: ImageRef;
  readonly name: string;
  /** A network without a way out; the container's port is published from it on this machine only. */
  readonly network: string;
  /** Id of the profile whose node starts it. */
  readonly owner: string;
  /** On 127.0.0.1. */
  readonly port: number;
  readonly limits: ContainerLimits;
}

/** Where Cog listens inside. */
export const COG_PORT = 5_000;

/** What is of Folkmoot, and of which profile: a node clears away only what it started itself. */
function labels(owner: string): readonly string[] {
  return ['folkmoot=1', `folkmoot.profile=${owner}`];
}

/** Prints the version of the engine; fails when only the program is there. */
export const VERSION_ARGS: readonly string[] = ['version', '--format', '{{.Server.Version}}'];

/** Fails when the image is not on this machine; asks nobody else for it. */
export function imageArgs(image: ImageRef): string[] {
  return ['image', 'inspect', '--format', '{{.Id}}', image];
}

/** `docker network create`: containers on it reach each other, the machine's side of the network, and nothing else. */
export function networkArgs(network: string, owner: string): string[] {
  const marks = labels(owner).flatMap((label) => ['--label', label]);
  return ['network', 'create', '--internal', '--driver', 'bridge', ...marks, network];
}

/**
 * `docker run` for a Cog container that nobody trusts: no network but the internal one, nothing written but to memory,
 * no capability, no new rights, bounded memory, cores and processes. It is never pulled: the person does that. It keeps
 * no log: what askers write would be in it. It is not removed by itself: how it ended is looked up first.
 */
export function runArgs({ image, name, network, owner, port, limits }: ContainerPlan): string[] {
  const memory = String(limits.memoryBytes);
  return [
    'run',
    '--detach',
    '--init',
    '--pull=never',
    '--restart=no',
    '--name',
    name,
    ...labels(owner).flatMap((label) => ['--label', label]),
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

/** Its address on the internal network: Docker publishes no port from such a one (moby/moby#36174 is open since 2018). */
export function addressArgs(name: string): string[] {
  return ['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name];
}

/** Where its port is to be had, by the engine's own word: "127.0.0.1:7000"; nothing where it is published nowhere. */
export function portArgs(name: string): string[] {
  return ['port', name, `${COG_PORT}/tcp`];
}

/** Whether it still runs, and how it ended: "true 0 false", "false 137 true". */
export function stateArgs(name: string): string[] {
  return ['inspect', '--format', '{{.State.Running}} {{.State.ExitCode}} {{.State.OOMKilled}}', name];
}

export function stopArgs(name: string): string[] {
  return ['rm', '--force', '--volumes', name];
}

export function removeNetworkArgs(network: string): string[] {
  return ['network', 'rm', network];
}

/** Full ids of the containers of a profile, running or not, one a line. */
export function listArgs(owner: string): string[] {
  const marks = labels(owner).flatMap((label) => ['--filter', `label=${label}`]);
  return ['ps', '--all', '--quiet', '--no-trunc', ...marks];
}

export function listNetworksArgs(owner: string): string[] {
  const marks = labels(owner).flatMap((label) => ['--filter', `label=${label}`]);
  return ['network', 'ls', '--quiet', '--no-trunc', ...marks];
}

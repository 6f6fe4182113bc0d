import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { ContainersView, ContainerView } from '../../src-shared/domain/containers.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import { digest, MINUTE, NOW } from './fixtures.ts';
import type { World } from './handlers.ts';

type ContainerCall = Extract<keyof CallHandlers, `containers.${string}`>;

export function image(name: string): string {
  return `${name}@sha256:${digest(name).slice(2)}`;
}

const STOPPED: Omit<ContainerView, 'image'> = {
  state: 'stopped',
  since: NOW - 90 * MINUTE,
  byHand: false,
  trouble: null,
  againAt: null,
};

/** One in each state that a person can meet. */
export const CONTAINERS: ContainersView = {
  engine: { state: 'ready', version: '28.5.1', trouble: null },
  containers: [
    { ...STOPPED, image: image('r8.im/hush/whisper-small'), state: 'ready', since: NOW - 12 * MINUTE },
    { ...STOPPED, image: image('r8.im/meadow/haiku') },
    {
      ...STOPPED,
      image: image('registry.lan:5000/a-team-with-a-long-name/summaries-of-council-minutes:v2'),
      state: 'failed',
      trouble: {
        code: 'CONTAINER',
        message: 'The container stopped working: it needed more memory than work may take here.',
        remedy: 'Allow more memory for work under Limits.',
      },
    },
  ],
};

export const NO_DOCKER: ContainersView = {
  engine: {
    state: 'absent',
    version: null,
    trouble: {
      code: 'DOCKER_ABSENT',
      message: 'Docker is not installed on this computer.',
      remedy: 'Install Docker, start it, and look again. Models that run without a container need none.',
    },
  },
  containers: [],
};

export const DOCKER_DOWN: ContainersView = {
  engine: {
    state: 'absent',
    version: null,
    trouble: {
      code: 'DOCKER_ABSENT',
      message:
        'Docker is installed, but its engine does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
      remedy: 'Start Docker, then look again.',
    },
  },
  containers: CONTAINERS.containers.map((each) => ({ ...STOPPED, image: each.image })),
};

/** Containers of the pretended machine: they start within a moment, and images with “missing” in their name are not there. */
export function containerCalls(world: World): Pick<CallHandlers, ContainerCall> {
  const set = (containers: readonly ContainerView[]): null => {
    world.emit({ slice: 'containers', value: { ...world.snapshot.containers, containers } });
    return null;
  };
  const change = (of: string, over: Partial<ContainerView>): null =>
    set(
      world.snapshot.containers.containers.map((each) =>
        each.image === of ? { ...STOPPED, ...over, since: Date.now(), image: of } : each,
      ),
    );
  return {
    'containers.look': () => {
      world.emit({
        slice: 'containers',
        value: { ...world.snapshot.containers, engine: { state: 'ready', version: '28.5.1', trouble: null } },
      });
      return null;
    },
    'containers.add': ({ image: added }) => {
      if (added.includes('missing'))
        throw new FolkmootError('CONTAINER_IMAGE', 'This image is not on this computer.', {
          remedy: `Folkmoot fetches no images by itself. Run “docker pull ${added}”, then try again.`,
        });
      return set([...world.snapshot.containers.containers, { ...STOPPED, image: added, since: Date.now() }]);
    },
    'containers.remove': ({ image: gone }) =>
      set(world.snapshot.containers.containers.filter((each) => each.image !== gone)),
    'containers.start': ({ image: of }) => {
      setTimeout(() => change(of, { state: 'ready', byHand: true }), 1_500).unref();
      return change(of, { state: 'starting', byHand: true });
    },
    'containers.stop': ({ image: of }) => change(of, {}),
    'containers.addModel': () => {
      throw new FolkmootError('CONTAINER', 'The container was not ready within 120 seconds.', {
        remedy: 'It goes on starting; try again later, or start it by hand beforehand.',
      });
    },
  };
}

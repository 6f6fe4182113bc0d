import type { Page } from 'playwright-core';
import { CONTAINERS, image } from './containers.ts';
import type { Shot } from './shots.ts';

const shown = (page: Page) => page.getByRole('region', { name: 'Cog containers' });
const seen = (page: Page): Promise<void> => shown(page).scrollIntoViewIfNeeded();
const models = '#/work/models';

async function typed(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a container' }).click();
  await page.getByLabel('Image, pinned by its digest').fill(text);
}

/** Cog containers under Models: with and without Docker, and what a person does with them. */
export const CONTAINER_SHOTS: readonly Shot[] = [
  { name: 'containers', state: 'working', hash: models, act: seen },
  { name: 'containers-no-docker', state: 'empty', hash: models, act: seen },
  { name: 'containers-docker-down', state: 'errors', hash: models, act: seen },
  {
    name: 'containers-none',
    state: 'working',
    hash: models,
    act: async (page, host) => {
      host.world.emit({ slice: 'containers', value: { ...CONTAINERS, containers: [] } });
      await page.getByText('No container yet').waitFor();
      await seen(page);
    },
  },
  {
    name: 'containers-starting',
    state: 'working',
    hash: models,
    act: async (page) => {
      // By keyboard, as everything else.
      await page.getByRole('button', { name: 'Start r8.im/meadow/haiku' }).press('Enter');
      await page.getByText('It loads its model').waitFor();
      await seen(page);
    },
  },
  {
    name: 'containers-restarting',
    state: 'working',
    hash: models,
    act: async (page, host) => {
      const [first, ...others] = CONTAINERS.containers;
      if (first === undefined) throw new Error('there is a first one');
      const trouble = {
        code: 'CONTAINER',
        message: 'The container stopped working: it ended by itself with code 1.',
      };
      const failed = { ...first, state: 'failed' as const, trouble, againAt: Date.now() + 40_000 };
      host.world.emit({ slice: 'containers', value: { ...CONTAINERS, containers: [failed, ...others] } });
      await page.getByText('It is started again by itself').waitFor();
      await seen(page);
    },
  },
  {
    name: 'containers-stopped',
    state: 'working',
    hash: models,
    act: async (page) => {
      await page.getByRole('button', { name: 'Stop r8.im/hush/whisper-small' }).click();
      await page.getByRole('button', { name: 'Start r8.im/hush/whisper-small' }).waitFor();
      await seen(page);
    },
  },
  {
    name: 'containers-add-tag',
    state: 'working',
    hash: models,
    act: async (page) => {
      await typed(page, 'r8.im/meadow/haiku:latest');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'containers-add-missing',
    state: 'working',
    hash: models,
    act: async (page) => {
      await typed(page, image('r8.im/meadow/missing'));
      await page.getByRole('button', { name: 'Add the container' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'containers-add-model',
    state: 'working',
    hash: models,
    act: async (page) => {
      await page.getByRole('button', { name: 'Add its model of r8.im/meadow/haiku' }).click();
      await page.getByRole('button', { name: 'Add the model' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'containers-remove',
    state: 'working',
    hash: models,
    act: (page) => page.getByRole('button', { name: 'Remove the container r8.im/meadow/haiku' }).click(),
  },
];

import type { Page } from 'playwright-core';
import type { Shot } from './shots.ts';

/** What needs the node and cannot be pressed without it. @throws unless there is such a control, and each is disabled */
async function unable(page: Page, role: 'button' | 'switch', name: RegExp): Promise<void> {
  const found = await page.getByRole(role, { name }).all();
  const enabled = await Promise.all(found.map((control) => control.isEnabled()));
  if (found.length === 0 || enabled.includes(true))
    throw new Error(`${enabled.filter(Boolean).length} of ${found.length} can be pressed: ${role} ${name.source}`);
}

/** Screens whose node went away while they were open. */
export const OFFLINE_SHOTS: readonly Shot[] = [
  {
    name: 'models-offline',
    state: 'working',
    hash: '#/work/models',
    noisy: true,
    act: async (page, host) => {
      await page.getByLabel('Least fee for Iris, MOOT').fill('0.5');
      host.cut();
      await page.getByText('does not answer').first().waitFor();
      await unable(page, 'switch', /^Solve /);
      for (const name of [/^Add /, /^Get a/, /^Offer /, /self-test|Test again/, /^Save$/])
        await unable(page, 'button', name);
      await page.getByRole('button', { name: 'Remove the server' }).first().click();
      await page.getByText('nothing can be removed now').waitFor();
      await unable(page, 'button', /^Remove the server$/);
    },
  },
  ...(
    [
      ['add', 'Add a model of your own', 'Add the model'],
      ['get', 'Get a registered model', 'Get the model'],
      ['offer', /^Offer .* to everybody/, 'Register for'],
      ['server', 'Add a server', 'Add the server'],
      ['container', 'Add a container', 'Add the container'],
      ['from-server', 'Add llama3.2:3b', 'Add the model'],
    ] as const
  ).map(([name, opens, sends]): Shot => ({
    name: `models-offline-${name}`,
    state: 'working',
    hash: '#/work/models',
    noisy: true,
    act: async (page, host) => {
      await page.getByRole('button', { name: opens }).first().click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: sends }).waitFor();
      host.cut();
      await dialog.getByText('nothing can be sent now').waitFor();
      await unable(page, 'button', new RegExp(`^${sends}`));
    },
  })),
  {
    name: 'network-offline',
    state: 'speeds',
    hash: '#/network',
    noisy: true,
    act: async (page, host) => {
      await page.getByRole('button', { name: 'Stop Folkmoot' }).click();
      host.cut();
      await page.getByText('does not answer').first().waitFor();
      await unable(page, 'button', /^Stop it now$/);
      await page.getByRole('button', { name: 'Keep it running' }).click();
      await unable(page, 'button', /^Stop Folkmoot$/);
      await unable(page, 'button', /^Check /);
      await unable(page, 'switch', /^Check their speed/);
    },
  },
];

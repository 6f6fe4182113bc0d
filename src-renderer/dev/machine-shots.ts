import type { Shot } from './shots.ts';

const RTX = '#/work/machine/gpu%3AGPU-5f1c2a44';

/** The machine and its work, in every situation. */
export const MACHINE_SHOTS: readonly Shot[] = [
  { name: 'machine-reasons', state: 'reasons', hash: '#/work' },
  { name: 'machine-bare', state: 'bare', hash: '#/work' },
  {
    name: 'machine-pause-open',
    state: 'working',
    hash: '#/work',
    act: (page) => page.getByRole('button', { name: 'Pause RTX 4070', exact: true }).click(),
  },
  {
    name: 'machine-paused',
    state: 'working',
    hash: '#/work',
    act: async (page) => {
      await page.getByRole('button', { name: 'Pause RTX 4070', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.getByText('stopping…').waitFor();
      await page.getByRole('button', { name: 'Resume RTX 4070', exact: true }).waitFor();
      await page.getByText('paused', { exact: true }).waitFor();
    },
  },
  {
    name: 'machine-off',
    state: 'working',
    hash: '#/work',
    act: async (page) => {
      await page.getByRole('switch', { name: 'Use Radeon RX 7600' }).click();
      await page.getByText('off', { exact: true }).waitFor();
    },
  },
  {
    name: 'machine-offline',
    state: 'working',
    hash: '#/work',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').first().waitFor();
    },
  },
  {
    name: 'device-working',
    state: 'working',
    hash: RTX,
    act: (page) => page.getByRole('img', { name: /^Power over the last 10 minutes/ }).waitFor(),
  },
  {
    name: 'device-day',
    state: 'working',
    hash: RTX,
    act: async (page) => {
      await page.getByRole('radio', { name: '24 h' }).check();
      await page.getByRole('img', { name: /^Load over the last 24 hours/ }).hover();
    },
  },
  {
    name: 'device-table',
    state: 'working',
    hash: RTX,
    act: async (page) => {
      await page.getByRole('radio', { name: '1 h' }).check();
      await page.getByRole('switch', { name: 'As a table' }).check();
      await page.getByRole('table').waitFor();
    },
  },
  { name: 'device-failed', state: 'working', hash: '#/work/machine/gpu%3A0000%3A0e%3A00.0' },
  { name: 'device-gone', state: 'working', hash: '#/work/machine/gpu%3Anone' },
];

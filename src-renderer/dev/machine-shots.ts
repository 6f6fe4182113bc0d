import { CONTAINER_SHOTS } from './container-shots.ts';
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
      if ((await page.locator(':focus').textContent()) !== 'Resume RTX 4070') throw new Error('the focus was lost');
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
    name: 'device-live',
    state: 'working',
    hash: RTX,
    moving: true,
    act: async (page) => {
      await page.getByRole('img', { name: /^Power over the last 10 minutes/ }).waitFor();
      await page.waitForTimeout(4_000);
    },
  },
  {
    name: 'device-offline',
    state: 'working',
    hash: '#/work',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').first().waitFor();
      await page.getByRole('link', { name: 'RTX 4070' }).click();
      await page.getByText('Not known while').waitFor();
    },
  },
  {
    name: 'limits-offline',
    state: 'working',
    hash: '#/work/limits',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').first().waitFor();
    },
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
  { name: 'limits', state: 'working', hash: '#/work/limits' },
  { name: 'limits-bare', state: 'bare', hash: '#/work/limits' },
  {
    name: 'limits-hours',
    state: 'working',
    hash: '#/work/limits',
    act: async (page) => {
      const hours = page.getByRole('region', { name: 'When it may work' });
      await hours.getByRole('button', { name: 'Nights and weekends' }).click();
      await hours.getByRole('checkbox', { name: 'Friday' }).first().focus();
      await page.keyboard.press(' ');
      await hours.getByRole('button', { name: 'Save the schedule' }).click();
      await hours.getByText('Saved').waitFor();
      await hours.getByRole('button', { name: 'Add hours' }).click();
      await hours.getByLabel('Hours 3 to', { exact: true }).fill('20:00');
    },
  },
  {
    name: 'limits-device',
    state: 'working',
    hash: '#/work/limits',
    act: async (page) => {
      const rtx = page.getByRole('region', { name: 'Limits of RTX 4070' });
      await rtx.getByLabel('Not warmer than, °C').fill('70');
      await rtx.getByRole('button', { name: 'Save limits of RTX 4070' }).click();
      await rtx.getByText('Saved').waitFor();
      await rtx.getByLabel('Power cap, W').fill('13');
      await rtx.getByRole('button', { name: 'Save limits of RTX 4070' }).click();
      await rtx.getByRole('alert').waitFor();
      await page.getByRole('region', { name: 'Limits of Radeon' }).getByLabel('Not warmer than, °C').fill('200');
    },
  },
  {
    name: 'limits-idle-test',
    state: 'empty',
    hash: '#/work/limits',
    act: async (page) => {
      await page.getByRole('button', { name: 'Test whether it notices me' }).click();
      const card = page.getByRole('region', { name: 'While you use the computer' });
      await card.getByText('Let go of mouse and keyboard').waitFor();
      await page.locator('[aria-live=polite]').getByText('Let go of mouse and keyboard').waitFor({ state: 'attached' });
      await page.getByRole('link', { name: 'Home' }).click();
      await page.goBack();
      await card.getByText('Now move the mouse').waitFor();
      await card.getByText('9 s left.').waitFor();
    },
  },
  {
    name: 'limits-idle-tested',
    state: 'empty',
    hash: '#/work/limits',
    act: async (page) => {
      const card = page.getByRole('region', { name: 'While you use the computer' });
      await card.getByRole('button', { name: 'Test whether it notices me' }).click();
      await card.getByText('followed and 0 did not').waitFor();
      await page.locator('[aria-live=polite]').getByText('followed and 0 did not').waitFor({ state: 'attached' });
      await card.getByRole('button', { name: 'Test whether it notices me' }).waitFor();
    },
  },
  {
    name: 'limits-active',
    state: 'working',
    hash: '#/work/limits',
    act: async (page) => {
      const card = page.getByRole('region', { name: 'While you use the computer' });
      await card.getByRole('radio', { name: 'Go slowly' }).focus();
      await page.keyboard.press('ArrowRight');
      await card.getByText('Saved').waitFor();
      await page.getByRole('switch', { name: 'Work on battery' }).click();
      await page.getByRole('heading', { level: 1, name: 'not while you use the computer' }).waitFor();
    },
  },
  {
    name: 'check',
    state: 'working',
    hash: '#/work/check',
    act: async (page) => {
      const told = page.getByRole('region', { name: 'What peers are told of it' });
      await told.getByText('Digit reader: 31,200 runs a second on its processor').waitFor();
    },
  },
  { name: 'check-none', state: 'empty', hash: '#/work/check' },
  { name: 'check-running', state: 'checking', hash: '#/work/check' },
  {
    name: 'check-again',
    state: 'working',
    hash: '#/work/check',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.getByRole('heading', { level: 1, name: 'The check is running' }).waitFor();
      await page.getByRole('heading', { level: 1, name: '3 of 4 devices can compute' }).waitFor();
    },
  },
  { name: 'models', state: 'working', hash: '#/work/models' },
  { name: 'models-first-day', state: 'empty', hash: '#/work/models' },
  {
    name: 'models-inspected',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a model of your own' }).click();
      await page
        .getByLabel('ONNX file')
        .setInputFiles({ name: 'bird-song.onnx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(60_000) });
      await page.getByText('6,612 parameters').waitFor();
    },
  },
  {
    name: 'models-folder',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a model of your own' }).click();
      await page.getByRole('radio', { name: 'A folder' }).check();
      await page.getByLabel('Folder with an ONNX file').setInputFiles('resources/models/digit-reader');
      await page.getByText('manifest.json').waitFor();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'models-inside',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByText('What is in it: Digit reader').click();
      await page.getByText('6,612 parameters').waitFor();
    },
  },
  {
    name: 'models-self-test',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Run the self-test of Iris' }).click();
      await page.getByText('Gave the same bytes in 4 ways').waitFor();
    },
  },
  {
    name: 'models-remove',
    state: 'working',
    hash: '#/work/models',
    act: (page) => page.getByRole('button', { name: 'Remove Denoiser', exact: true }).click(),
  },
  {
    name: 'models-server-refused',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a server' }).click();
      await page.getByLabel('Its address').fill('http://models.example');
      await page.getByRole('button', { name: 'Add the server' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'models-from-server',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add llama3.2:3b' }).click();
      await page.getByRole('button', { name: 'Add the model' }).click();
      await page.getByRole('switch', { name: 'Solve llama3.2:3b' }).waitFor();
    },
  },
  ...CONTAINER_SHOTS,
  {
    name: 'logs',
    state: 'working',
    hash: '#/logs',
    act: (page) => page.getByRole('region', { name: 'Lines of the log' }).waitFor(),
  },
  {
    name: 'logs-none',
    state: 'empty',
    hash: '#/logs',
    act: (page) => page.getByText('Nothing written down yet').waitFor(),
  },
  {
    name: 'logs-trouble',
    state: 'working',
    hash: '#/logs',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Trouble only' }).check();
      await page.getByLabel('Lines with this text').fill('arc');
      await page.getByText('80 lines').waitFor();
    },
  },
  {
    name: 'logs-error',
    state: 'working',
    hash: '#/logs',
    act: async (page) => {
      await page.getByLabel('Lines with this text').fill('fail');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'logs-report',
    state: 'working',
    hash: '#/logs',
    act: async (page) => {
      await page.getByRole('button', { name: 'Prepare a report' }).click();
      await page.getByText('log.txt').click();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the report' }).click();
      if ((await saved).suggestedFilename() !== 'folkmoot-FM-7Q2K-94XD.json') throw new Error('it was not saved');
    },
  },
  { name: 'device-failed', state: 'working', hash: '#/work/machine/gpu%3A0000%3A0e%3A00.0' },
  { name: 'device-gone', state: 'working', hash: '#/work/machine/gpu%3Anone' },
];

import type { Page } from 'playwright-core';
import { PASSPHRASE, WORDS } from './handlers.ts';
import type { MockHost } from './host.ts';
import { COURT_SHOTS } from './court-shots.ts';
import { MACHINE_SHOTS } from './machine-shots.ts';
import { OFFLINE_SHOTS } from './offline-shots.ts';
import type { StateName } from './states.ts';

export interface Shot {
  readonly name: string;
  readonly state: StateName;
  readonly hash: string;
  /** Browser console errors are part of the story (a refused WebSocket while the node is gone). */
  readonly noisy?: boolean;
  /** For a person who did not ask for less motion. */
  readonly moving?: boolean;
  readonly act?: (page: Page, host: MockHost) => Promise<void>;
}

const screens = ['home', 'ask', 'work', 'earnings', 'stake', 'disputes', 'wallet', 'network'] as const;
const every = (state: StateName): readonly Shot[] =>
  screens.map((screen) => ({ name: `${state}-${screen}`, state, hash: `#/${screen}` }));

async function draw(page: Page): Promise<void> {
  const area = page.getByRole('application', { name: 'Drawing area' });
  await area.scrollIntoViewIfNeeded();
  const box = await area.boundingBox();
  if (box === null) throw new Error('there is no drawing area');
  const at = (x: number, y: number): readonly [number, number] => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.25, 0.25));
  await page.mouse.down();
  await page.mouse.move(...at(0.75, 0.24), { steps: 8 });
  await page.mouse.move(...at(0.45, 0.8), { steps: 8 });
  await page.mouse.up();
}

async function openBackup(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Back up my words' }).click();
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Show my words' }).click();
  await page.getByRole('list', { name: 'Your words' }).waitFor();
}

/** Every screen in every situation that a person can meet. */
export const SHOTS: readonly Shot[] = [
  ...every('working'),
  ...every('empty'),
  ...COURT_SHOTS,
  ...MACHINE_SHOTS,
  ...OFFLINE_SHOTS,
  { name: 'batch', state: 'working', hash: '#/ask/b1' },
  { name: 'errors-home', state: 'errors', hash: '#/home' },
  { name: 'errors-network', state: 'errors', hash: '#/network' },
  { name: 'errors-wallet', state: 'errors', hash: '#/wallet' },
  { name: 'errors-task', state: 'errors', hash: '#/ask/a1' },
  { name: 'speeds', state: 'speeds', hash: '#/network' },
  {
    name: 'speeds-asked',
    state: 'speeds',
    hash: '#/network',
    act: async (page) => {
      await page
        .getByRole('button', { name: /^Check Digit reader/ })
        .nth(1)
        .click();
      await page.getByText('At least 18,200 runs a second,').waitFor();
      await page
        .getByRole('button', { name: /^Check Digit reader/ })
        .nth(2)
        .click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'full-work', state: 'full', hash: '#/work' },
  { name: 'full-network', state: 'full', hash: '#/network' },
  { name: 'paused-home', state: 'paused', hash: '#/home' },
  { name: 'starting', state: 'starting', hash: '' },
  { name: 'damaged', state: 'damaged', hash: '' },
  { name: 'task-waiting', state: 'working', hash: '#/ask/a1' },
  { name: 'task-solved', state: 'working', hash: '#/ask/a2' },
  { name: 'task-take-back', state: 'working', hash: '#/ask/a3' },
  { name: 'task-critical-sealed', state: 'working', hash: '#/ask/c1' },
  { name: 'task-critical-contested', state: 'working', hash: '#/ask/c3' },
  { name: 'task-critical-final', state: 'working', hash: '#/ask/c2' },
  { name: 'task-paid', state: 'working', hash: '#/work/w3' },
  { name: 'task-gone', state: 'working', hash: '#/work/nothing' },
  { name: 'welcome', state: 'welcome', hash: '' },
  {
    name: 'welcome-problem',
    state: 'welcome',
    hash: '',
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill('garden42');
      await page.getByLabel('Repeat passphrase').fill('garden43');
      await page.getByRole('button', { name: 'Create my wallet' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'welcome-restore',
    state: 'welcome',
    hash: '',
    act: async (page) => {
      await page.getByRole('radio', { name: 'I have my words' }).check();
      await page.getByLabel('Your 12 or 24 words').fill('abandon fail able');
      await page.getByRole('button', { name: 'Restore my wallet' }).click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'unlock-wrong',
    state: 'locked',
    hash: '',
    act: async (page) => {
      await page.getByLabel('Passphrase').fill('wrong');
      await page.getByRole('button', { name: 'Unlock', exact: true }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'locked-home',
    state: 'locked',
    hash: '#/home',
    act: (page) => page.getByRole('button', { name: 'Look around while it stays locked' }).click(),
  },
  {
    name: 'ask-drawn',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await draw(page);
      await page.getByRole('button', { name: 'Ask for 0.06 MOOT' }).waitFor();
    },
  },
  {
    name: 'ask-table',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Iris' }).check();
      await page.getByLabel('Sepal length, cm').fill('12');
    },
  },
  {
    name: 'ask-text-too-dear',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Language guesser' }).check();
      await page.getByLabel('Your text').fill('Wovon man nicht sprechen kann, darüber muss man schweigen.');
      await page.getByLabel('Fee for the solver, MOOT').fill('20');
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'ask-answered',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await draw(page);
      await page.getByRole('button', { name: 'Ask for 0.06 MOOT' }).click();
      await page.getByRole('heading', { level: 1, name: 'Your answer is here' }).waitFor();
    },
  },
  {
    name: 'add-model',
    state: 'working',
    hash: '#/work/models',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a model of your own' }).click();
      await page
        .getByLabel('ONNX file')
        .setInputFiles({ name: 'noise.onnx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(600_000) });
      await page.getByRole('button', { name: 'Add the model' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'earnings-open',
    state: 'working',
    hash: '#/earnings',
    act: async (page) => {
      await page.locator('summary').nth(2).click();
    },
  },
  { name: 'backup-words', state: 'empty', hash: '#/wallet', act: openBackup },
  {
    name: 'backup-check',
    state: 'empty',
    hash: '#/wallet',
    act: async (page) => {
      await openBackup(page);
      await page.getByRole('button', { name: 'I have written them down' }).click();
      for (const field of await page.getByLabel(/^Word \d+$/).all()) await field.fill(WORDS[0] ?? '');
      await page.getByRole('button', { name: 'Check my words' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'stop-asked',
    state: 'working',
    hash: '#/network',
    act: (page) => page.getByRole('button', { name: 'Stop Folkmoot' }).click(),
  },
  {
    name: 'ask-keyboard',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await page.getByRole('application', { name: 'Drawing area' }).focus();
      for (const key of ['ArrowUp', 'ArrowUp', ' ', ...Array<string>(9).fill('Shift+ArrowDown')])
        await page.keyboard.press(key);
      await page.getByRole('img', { name: 'What the model sees' }).waitFor();
      await page.getByRole('button', { name: 'Undo' }).click();
    },
  },
  {
    name: 'ask-picture',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      const area = page.getByRole('application', { name: 'Drawing area' });
      await draw(page);
      const buffer = await area.screenshot();
      await page.getByRole('button', { name: 'Clear' }).click();
      await page.getByLabel('Picture file').setInputFiles({ name: 'seven.png', mimeType: 'image/png', buffer });
      await page.getByRole('img', { name: 'What the model sees' }).waitFor();
    },
  },
  {
    name: 'created',
    state: 'welcome',
    hash: '',
    act: async (page) => {
      await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
      await page.getByLabel('Repeat passphrase').fill(PASSPHRASE);
      await page.getByRole('button', { name: 'Create my wallet' }).click();
      await page.getByRole('button', { name: 'Back up' }).click();
      await page.getByRole('dialog', { name: 'Back up your wallet' }).waitFor();
      await page.getByRole('button', { name: 'Not now' }).click();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save an encrypted copy' }).click();
      if ((await saved).suggestedFilename() !== 'folkmoot-wallet.json') throw new Error('the copy was not saved');
    },
  },
  {
    name: 'paused-confirmed',
    state: 'working',
    hash: '#/home',
    act: async (page) => {
      await page.getByRole('button', { name: 'Pause 1 h' }).click();
      await page.getByRole('button', { name: 'Resume work' }).waitFor();
      await page.getByRole('heading', { level: 1, name: 'Paused' }).waitFor();
    },
  },
  {
    name: 'back-online',
    state: 'working',
    hash: '#/home',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').waitFor();
      host.mend();
      await page.getByText('does not answer').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'no-node',
    state: 'working',
    hash: '',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Folkmoot’s node does not answer' }).waitFor();
    },
  },
  {
    name: 'offline-home',
    state: 'working',
    hash: '#/home',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').waitFor();
    },
  },
];

import type { Page } from 'playwright-core';
import type { Shot } from './shots.ts';

const dispute = (name: string, id: number, act?: Shot['act']): Shot => ({
  name: `dispute-${name}`,
  state: 'court',
  hash: `#/disputes/${id}`,
  ...(act && { act }),
});

/** Fills a field with the keyboard alone, the way somebody without a mouse would get there. */
async function type(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).focus();
  await page.keyboard.type(text);
}

/** Stake and disputes, in every situation. */
export const COURT_SHOTS: readonly Shot[] = [
  { name: 'court-home', state: 'court', hash: '#/home' },
  { name: 'stake-court', state: 'court', hash: '#/stake' },
  { name: 'stake-reading', state: 'reading', hash: '#/stake' },
  { name: 'stake-leaving', state: 'leaving', hash: '#/stake' },
  { name: 'stake-suspended', state: 'suspended', hash: '#/stake' },
  { name: 'stake-suspended-home', state: 'suspended', hash: '#/home' },
  { name: 'stake-long', state: 'full', hash: '#/stake' },
  {
    name: 'stake-offline',
    state: 'working',
    hash: '#/stake',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').first().waitFor();
    },
  },
  {
    name: 'stake-refused',
    state: 'empty',
    hash: '#/stake',
    act: async (page) => {
      await type(page, 'How much, MOOT', '13');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await page.getByRole('switch', { name: 'On duty' }).focus();
      await page.keyboard.press(' ');
      await page.getByText('not enough free stake').waitFor();
    },
  },
  {
    name: 'stake-moved',
    state: 'working',
    hash: '#/stake',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Ready to pay to wallet' }).check();
      await type(page, 'How much, MOOT', '4.5');
      await page.getByRole('button', { name: 'Withdraw 4.5 MOOT' }).click();
      await type(page, 'How much of the free stake, MOOT', '99');
      await page.getByRole('alert').waitFor();
      await page.getByLabel('How much of the free stake, MOOT', { exact: true }).fill('9.9');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Keep it staked' }).waitFor();
    },
  },
  { name: 'disputes-court', state: 'court', hash: '#/disputes' },
  { name: 'disputes-long', state: 'full', hash: '#/disputes' },
  {
    name: 'disputes-secrets',
    state: 'working',
    hash: '#/disputes',
    act: async (page) => {
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save the secrets of my ballots' }).click();
      if ((await saved).suggestedFilename() !== 'folkmoot-ballots.json') throw new Error('the secrets were not saved');
    },
  },
  dispute('parting', 26),
  dispute('asked', 21),
  dispute('defendant', 17),
  dispute('appeal', 12),
  dispute('computing', 23),
  dispute('sealed', 20),
  dispute('opening', 19),
  dispute('late', 18),
  dispute('requester', 16),
  dispute('watcher', 15),
  dispute('won-so-far', 11),
  dispute('closing', 10),
  dispute('final', 9),
  dispute('lost', 8),
  dispute('gone', 4),
  { name: 'dispute-long', state: 'full', hash: '#/disputes/1234567890' },
  dispute('vote', 21, async (page) => {
    await page.getByRole('button', { name: 'Vote: the result is right' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Seal your vote: the result is right?' }).waitFor();
    await page.getByText('an honest one: no machine can tell here').waitFor();
  }),
  dispute('overrule', 24, async (page) => {
    await page.getByText('Decide yourself instead').click();
    await page.getByRole('button', { name: 'Vote: the result is right' }).click();
    await page.getByText('against your own computation').waitFor();
  }),
  dispute('voted', 21, async (page) => {
    await page.getByRole('button', { name: 'Vote: the result is wrong' }).click();
    await page.getByRole('button', { name: 'Seal my vote: wrong' }).click();
    await page.getByText('It says that the result is wrong').waitFor();
    await page.getByText('Your ballot is sealed: Digit reader, dispute 21.').waitFor({ state: 'attached' });
  }),
  dispute('appealed', 12, async (page) => {
    await page.getByRole('button', { name: 'Appeal for 1.75 MOOT' }).click();
    await page.getByText('Panel 2 of 3').waitFor();
  }),
  {
    name: 'dispute-offline',
    state: 'court',
    hash: '#/disputes/21',
    noisy: true,
    act: async (page, host) => {
      host.cut();
      await page.getByText('does not answer').first().waitFor();
    },
  },
  {
    name: 'ask-critical',
    state: 'working',
    hash: '#/ask',
    act: async (page) => {
      await page.getByRole('radio', { name: 'Critical' }).check();
      await page.getByText('Fees of 3 machines').waitFor();
    },
  },
  {
    name: 'task-contest',
    state: 'working',
    hash: '#/ask/a2',
    act: async (page) => {
      await page.getByRole('button', { name: 'Contest this result' }).click();
      await page.getByRole('dialog', { name: 'Contest this result?' }).waitFor();
    },
  },
  {
    name: 'task-contested',
    state: 'working',
    hash: '#/ask/a2',
    act: async (page) => {
      await page.getByRole('button', { name: 'Contest this result' }).click();
      await page.getByRole('button', { name: 'Contest it, with a bond' }).click();
      await page.getByRole('link', { name: 'Open dispute 99 over this result' }).waitFor();
    },
  },
  { name: 'task-worked-contested', state: 'court', hash: '#/work/w8' },
  { name: 'task-overturned', state: 'court', hash: '#/ask/a10' },
  { name: 'task-worked-overturned', state: 'court', hash: '#/work/w10' },
];

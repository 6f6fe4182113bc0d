import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskInput } from '../src-shared/bridge/calls.ts';
import { shortMoot } from '../src-shared/domain/amounts.ts';
import type { ModelView } from '../src-shared/domain/models.ts';
import type { Assurance, TaskView } from '../src-shared/domain/tasks.ts';
import { drawDigit } from '../src-main/models/digits.ts';
import { ChainReader } from './support/chain.ts';
import { childrenOf, processesWith, signalled } from './support/children.ts';
import { NodeProcess } from './support/node-process.ts';
import { onlySolver } from './support/only-solver.ts';
import { FloatCase } from './support/float-case.ts';
import { Trial } from './support/trial.ts';

/**
 * The story of the product, told by real parts: a fresh sandbox, one node that asks, another that solves and is paid;
 * then the solver's lane is killed in the middle of a task, and the solver itself between commitment and reveal; then
 * two more nodes come, one of the four is paid for checking, a cheater is tried, appeals, and loses its stake, and a
 * float result is disputed, whose lie is found by bisection.
 * Last line on stdout: one JSON object. Exit code 1 if anything is off.
 */
const HELD_OUT = 2 ** 30;
const TEXT = { text: 'Wir haben gestern Abend lange am Fluss gesessen und geredet.', answer: 'German' };

const started = Date.now();
const root = mkdtempSync(join(tmpdir(), 'folkmoot-demo-'));
const asker = new NodeProcess(join(root, 'asker'), ['--no-peers']);
let solver: NodeProcess | undefined;
let trial: Trial | undefined;
let float: FloatCase | undefined;
let bisected = false;
let firstPaidSeconds: number | null = null;
const tally = { posted: 0, solved: 0, claimed: 0, correct: 0, conserved: false };
const expected: Array<{ key: string; answer: string }> = [];
let problem: string | null = null;

try {
  await tell();
} catch (error) {
  problem = error instanceof Error ? error.message : String(error);
} finally {
  await float?.stop();
  await trial?.stop();
  await solver?.stop();
  await asker.stop();
  const left = processesWith(root);
  if (left.length > 0 && problem === null)
    problem = `processes were left behind: ${left.map(({ command }) => command).join('; ')}`;
  rmSync(root, { recursive: true, force: true });
}
if (problem !== null) say(`Something is off: ${problem}`);
const n = expected.length;
const all = tally.solved === n && tally.claimed === n && tally.correct === n && tally.conserved;
const { cheaterSlashed = false, refunded = false, appealed = false, checkerPaid = false } = trial?.outcome ?? {};
const tried = cheaterSlashed && refunded && appealed && checkerPaid && bisected;
const ok = problem === null && n >= 7 && all && tried;
console.log(
  JSON.stringify({ ok, ...tally, firstPaidSeconds, cheaterSlashed, refunded, appealed, checkerPaid, bisected }),
);
process.exitCode = ok ? 0 : 1;

async function tell(): Promise<void> {
  say('A fresh sandbox: chain, contracts, and a node that asks.');
  await asker.start();
  await asker.until(
    'the asker to be ready',
    ({ node, wallet }) => node.stages.every(({ state }) => state === 'ready') && wallet.balances !== null,
  );
  const chain = new ChainReader(asker.profile);
  say('A second node, on its own, that solves for pay.');
  solver = await onlySolver(root, asker);
  const worker = solver.state.wallet.address ?? '';

  for (const [digit, seed] of [
    [7, 11],
    [3, 22],
    [8, 33],
  ] as const)
    await ask(image(digit, seed), String(digit));
  await ask({ kind: 'text', text: TEXT.text }, TEXT.answer);
  await settled();

  await killLane(solver);
  await killNode(solver, chain);
  await settled();

  trial = new Trial({
    root,
    chain,
    asker,
    solver,
    say,
    settled,
    // Drawings that are read rightly: what is told here is not how well the model reads.
    input: () => image(4, 106 + (tally.posted % 6)),
    ask: (input, answer) => ask(input, answer, 'checked'),
    post: async (input) => (await post(input, 'checked')).key,
  });
  await trial.tell();
  float = new FloatCase({
    root,
    chain,
    asker,
    juror: trial.juror,
    say,
    input: drawDigit(6, HELD_OUT + 66),
    post: async () => (await post(image(6, 66), 'basic', 'Number odds')).key,
  });
  bisected = await float.tell();
  const accounts = [asker.state.wallet.address ?? '', worker, ...trial.accounts, ...float.accounts];
  tally.conserved = await chain.conserved(
    accounts,
    asker.state.models.flatMap(({ id }) => (id === null ? [] : [id])),
  );
  say(`All money: ${tally.conserved ? 'adds up to the last wei' : 'DOES NOT ADD UP'}.`);
}

function say(text: string): void {
  console.log(`${((Date.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
}

function image(digit: number, seed: number): TaskInput {
  return { kind: 'image', pixels: Buffer.from(drawDigit(digit, HELD_OUT + seed)).toString('base64') };
}

/** @param name of the model; the first that takes such input when absent */
async function post(input: TaskInput, assurance: Assurance, name?: string): Promise<{ key: string; model: ModelView }> {
  const fits = (entry: ModelView): boolean =>
    name === undefined ? entry.input.kind === input.kind : entry.name === name;
  const model = asker.state.models.find(fits);
  if (model === undefined) throw new Error(`no model takes ${input.kind}`);
  const { key } = await asker.call('tasks.ask', { model: model.digest, fee: model.suggestedFee, assurance, input });
  return { key, model };
}

async function ask(input: TaskInput, answer: string, assurance: Assurance = 'basic'): Promise<string> {
  const { key, model } = await post(input, assurance);
  expected.push({ key, answer });
  tally.posted++;
  say(
    `Asked ${model.name} for ${shortMoot(model.suggestedFee)} MOOT (${input.kind === 'text' ? 'a sentence' : `a drawn ${answer}`}).`,
  );
  return key;
}

/** Every ask so far is answered, final and paid; answers are compared with what was drawn. */
async function settled(): Promise<void> {
  for (const { key, answer } of expected.slice(tally.claimed)) {
    const find = ({ tasks }: { readonly tasks: readonly TaskView[] }): TaskView | undefined =>
      tasks.find((task) => task.key === key);
    const solved = await asker.until(`an answer to ${key}`, (state) =>
      find(state)?.answer != null ? find(state) : undefined,
    );
    tally.solved++;
    if (solved.answer?.text === answer) tally.correct++;
    say(
      `Answer: ${solved.answer?.text ?? '?'} (${solved.answer?.text === answer ? 'right' : `wrong, it was ${answer}`}), by ${solved.solver?.slice(0, 10) ?? '?'}…`,
    );
    const paid = await asker.until(`${key} to be final`, (state) =>
      find(state)?.state === 'final' ? find(state) : undefined,
    );
    tally.claimed++;
    firstPaidSeconds ??= Math.round((Date.now() - started) / 100) / 10;
    say(`Final: the solver claimed its fee (${paid.steps.map(({ kind }) => kind).join(' → ')}).`);
  }
}

/**
 * Asks for a task and holds the solver's lanes until the task is certainly in its hands: every process that computes,
 * also one that tests a model meanwhile, and what stands in for a lane that did not answer for too long.
 * @returns the task, and what goes on with every lane that is held
 */
async function caughtComputing(
  node: NodeProcess,
  digit: number,
  seed: number,
): Promise<{ readonly key: string; readonly release: (signal: 'SIGCONT' | 'SIGKILL') => void }> {
  const held = new Set<number>();
  const lanes = (): number[] =>
    childrenOf(node.pid)
      .filter(({ command }) => command.includes('worker.js'))
      .map(({ pid }) => pid);
  const hold = (): void => {
    for (const lane of lanes()) {
      if (held.has(lane)) continue;
      signalled(lane, 'SIGSTOP');
      held.add(lane);
    }
  };
  hold();
  const holding = setInterval(hold, 50);
  try {
    const key = await ask(image(digit, seed), String(digit));
    const { id } = await asker.until('the task on chain', ({ tasks }) =>
      tasks.find((task) => task.key === key && task.id !== null),
    );
    await node.until('the solver to compute', ({ tasks }) =>
      tasks.some((task) => task.id === id && task.work === 'computing'),
    );
    if (held.size === 0) throw new Error('the solver has no lane');
    const release = (signal: 'SIGCONT' | 'SIGKILL'): void => {
      for (const lane of lanes()) signalled(lane, signal);
    };
    return { key, release };
  } finally {
    clearInterval(holding);
  }
}

async function killLane(node: NodeProcess): Promise<void> {
  (await caughtComputing(node, 5, 44)).release('SIGKILL');
  say('Killed the solver’s lane in the middle of the task.');
}

/** The lane is held until the task is reserved, then the chain: the commitment is mined, the reveal was not sent. */
async function killNode(node: NodeProcess, chain: ChainReader): Promise<void> {
  await settled();
  const worker = node.state.wallet.address ?? '';
  const { key, release } = await caughtComputing(node, 2, 55);
  await chain.request('evm_setAutomine', [false]);
  release('SIGCONT');
  const nonce = (tag: string): Promise<number> =>
    chain.request<string>('eth_getTransactionCount', [worker, tag]).then(Number);
  while ((await nonce('pending')) === (await nonce('latest'))) await new Promise((done) => setTimeout(done, 20));
  await node.signal('SIGSTOP');
  await chain.request('evm_mine');
  await node.signal('SIGKILL');
  await chain.request('evm_setAutomine', [true]);
  say('Killed the solver between commitment and reveal.');
  await asker.until('the commitment', ({ tasks }) =>
    tasks.some((task) => task.key === key && task.state === 'committed'),
  );
  await node.start();
  say('Started the solver again.');
}

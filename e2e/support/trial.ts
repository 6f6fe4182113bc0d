import { join } from 'node:path';
import type { TaskInput } from '../../src-shared/bridge/calls.ts';
import type { Snapshot } from '../../src-shared/bridge/state.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Amount, TaskId } from '../../src-shared/domain/ids.ts';
import type { ChainReader } from './chain.ts';
import { Cheater } from './cheater.ts';
import { NodeProcess } from './node-process.ts';

export interface Outcome {
  cheaterSlashed: boolean;
  refunded: boolean;
  appealed: boolean;
  checkerPaid: boolean;
}

export interface TrialNeeds {
  readonly root: string;
  readonly chain: ChainReader;
  readonly asker: NodeProcess;
  readonly solver: NodeProcess;
  readonly say: (text: string) => void;
  /** Posts a task of the checked class, which `settled` waits for. */
  readonly ask: (input: TaskInput, answer: string) => Promise<string>;
  /** Posts one that will not be answered honestly. @returns its key */
  readonly post: (input: TaskInput) => Promise<string>;
  readonly input: () => TaskInput;
  /** Waits until everything that was asked is answered and paid. */
  readonly settled: () => Promise<void>;
}

const SLOW_MS = 240_000;
/** About every fifth is checked by one of the two who are on duty: that none of so many is, nobody will see. */
const DUTY_ROUNDS = 10;
const TASKS_A_ROUND = 5;
const DEAR = String(10n ** 21n) as Amount;

/** Asks more than anybody pays: no solving, while checking and judging go on. */
async function onlyServe(node: NodeProcess): Promise<void> {
  const models = await node.until('its models', ({ models: known }) => (known.length > 0 ? known : undefined));
  for (const { digest } of models) await node.call('models.setMinFee', { digest, minFee: DEAR });
}

/** Two more nodes, a solver that makes its results up, a court that says so twice, and a checker that is paid. */
export class Trial {
  readonly #needs: TrialNeeds;
  readonly #jurors: NodeProcess[] = [];
  readonly accounts: string[] = [];
  readonly outcome: Outcome = { cheaterSlashed: false, refunded: false, appealed: false, checkerPaid: false };

  constructor(needs: TrialNeeds) {
    this.#needs = needs;
  }

  async tell(): Promise<void> {
    await this.#gather();
    await this.#duty();
    await this.#cheat();
  }

  /** One of those that only check and judge. */
  get juror(): NodeProcess {
    const [first] = this.#jurors;
    if (first === undefined) throw new Error('the jury was not gathered');
    return first;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#jurors.map((node) => node.stop()));
  }

  /** Every node of a sandbox is checker and juror, unless its person says no. */
  async #gather(): Promise<void> {
    const { root, chain, asker, solver, say } = this.#needs;
    const network = join(asker.profile, 'sandbox', 'network.json');
    for (const name of ['third', 'fourth']) {
      const node = new NodeProcess(join(root, name), ['--network', network]);
      this.#jurors.push(node);
      await node.start();
      const account = await node.until('a wallet', ({ wallet }) => wallet.address);
      this.accounts.push(account);
      await chain.gift(account);
      // They check and judge; solving is the second node's.
      await onlyServe(node);
    }
    for (const node of [asker, solver, ...this.#jurors]) {
      const jury = ({ stake }: Snapshot): boolean => stake?.jury.state === 'on' && stake.jury.present;
      await node.until('the jury', jury, SLOW_MS);
    }
    for (const node of this.#jurors) {
      await node.until('the duty', ({ stake }) => stake?.duty.state === 'on', SLOW_MS);
    }
    say('Two more nodes. They are on duty as checkers; all four are on the jury.');
  }

  /** Tasks that are checked closely, until a checker was paid for one of them. */
  async #duty(): Promise<void> {
    const { ask, input, settled, say } = this.#needs;
    const paid = (): NodeProcess | undefined =>
      this.#jurors.find(({ state }) => BigInt(state.stake?.duty.earned ?? 0) > 0n);
    for (let round = 0; round < DUTY_ROUNDS && paid() === undefined; round++) {
      for (let n = 0; n < TASKS_A_ROUND; n++) await ask(input(), '4');
      await settled();
    }
    this.outcome.checkerPaid = paid() !== undefined;
    say(this.outcome.checkerPaid ? 'A checker sealed its own result first, and was paid.' : 'NO CHECKER WAS PAID.');
  }

  async #cheat(): Promise<void> {
    const { chain, asker, solver, post, input, say } = this.#needs;
    const cheater = new Cheater(chain);
    this.accounts.push(cheater.address);
    await chain.gift(cheater.address);
    // The honest solver asks more than is offered, so that the cheater gets the task; it stays on the jury.
    await onlyServe(solver);
    const before = asker.state.wallet.balances?.prepaid ?? '0';
    const key = await post(input());
    const id = await asker.until('the task on chain', ({ tasks }) => tasks.find((task) => task.key === key)?.id);
    await cheater.solve(id as TaskId);
    const { stake } = await chain.account(cheater.address);
    say(`A cheater reserved it and revealed a made-up result; ${key} is answered by ${cheater.address.slice(0, 10)}…`);
    const dispute = await this.#contested(id as TaskId);
    say(
      `Contested by ${dispute.claimant.slice(0, 10)}…, case ${dispute.id}; jurors are drawn and run the model again.`,
    );
    await this.#ruled(dispute.id, 1);
    say('First ruling: the result is wrong. The cheater appeals; a larger panel is drawn.');
    await cheater.appeal(dispute.id);
    this.outcome.appealed = true;
    await this.#ruled(dispute.id, 2);
    say('Second ruling: still wrong.');
    await asker.until(
      'the money back',
      ({ tasks }) => tasks.find((task) => task.key === key)?.state === 'overturned',
      SLOW_MS,
    );
    const left = (await chain.account(cheater.address)).stake;
    this.outcome.cheaterSlashed = left < stake;
    // At least: as a juror of the case it may have earned something besides.
    await asker.until('the balance', ({ wallet }) => BigInt(wallet.balances?.prepaid ?? 0) >= BigInt(before));
    this.outcome.refunded = true;
    say(`The cheater lost ${(Number(stake - left) / 1e18).toFixed(2)} MOOT of stake; the asker has everything back.`);
  }

  /** By a checker that was drawn; if the draw passed all of them over, by the asker, whose result it is. */
  async #contested(id: TaskId): Promise<DisputeView> {
    const { asker } = this.#needs;
    const find = ({ disputes }: typeof asker.state): DisputeView | undefined =>
      disputes.find(({ task }) => task === id);
    try {
      return await asker.until('a checker to contest', find, 12_000);
    } catch {
      await asker.call('disputes.contest', { task: id as never }).catch(() => undefined);
      return asker.until('the case', find);
    }
  }

  async #ruled(id: string, round: number): Promise<void> {
    const { asker } = this.#needs;
    await asker.until(
      `ruling ${round} of case ${id}`,
      ({ disputes }) => {
        const dispute = disputes.find((each) => each.id === id);
        // Until a later panel has ruled, the ruling shown is that of the one before.
        const ruled = dispute?.state === 'ruled' || dispute?.state === 'closing' || dispute?.state === 'final';
        return dispute?.round === round && ruled && dispute.ruling === 'claimant';
      },
      SLOW_MS,
    );
  }
}

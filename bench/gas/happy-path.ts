import { parseEther, randomBytes, sha256, ZeroAddress, type Result, type Signer } from 'ethers';
import type { World } from './world.ts';

/** Bytes of input of a measured task. */
export const INPUT_BYTES = 200;
const FEE = parseEther('10');
/** Accepted works after which a solver is no newcomer, and may go without a reservation. */
const NEWCOMER_WORKS = 20;

export const STEPS = ['submit', 'commit', 'reveal', 'claim'] as const;
export type Cycle = Record<(typeof STEPS)[number] | 'reserve', number>;

export interface Task {
  readonly id: string;
  readonly fields: Record<string, unknown>;
}

export interface Solved {
  readonly task: Task;
  readonly solution: { readonly solver: Signer; readonly revealedAt: number; readonly resultDigest: string };
  readonly gas: Omit<Cycle, 'claim'>;
}

let nonce = 0n;
const NOBODY = { solver: ZeroAddress, since: 0, until: 0 };

/** Posts a task and solves it. @param reserved through a reservation, as newcomers must. */
export async function solve(world: World, requester: Signer, solver: Signer, reserved: boolean): Promise<Solved> {
  const { market, model, modelFee, call, wait, connection } = world;
  const { provider } = connection.ethers;
  const order = {
    model,
    nonce: nonce++,
    fee: FEE,
    maxExtra: modelFee,
    lifetime: 3_600,
    class: 0,
    assurance: 0,
    readable: false,
  };
  const submit = await call(market, requester, 'submit', order, randomBytes(INPUT_BYTES));
  const submitted = await said(world, 'TaskSubmitted');
  const id = submitted['taskId'] as string;
  const fields = (submitted['task'] as Result).toObject();
  // The turn of a solver with little stake comes late; everybody's has come by half of the lifetime.
  await wait(1_800);
  let reservation: Record<string, unknown> = NOBODY;
  let reserve = 0;
  if (reserved) {
    reserve = await call(market, solver, 'reserve', fields, NOBODY);
    const { since, until } = await said(world, 'Reserved');
    reservation = { solver, since, until };
    await wait(6);
  }
  const [salt, resultDigest] = [randomBytes(32), sha256(randomBytes(8))];
  const commitment: unknown = await market.getFunction('commitmentFor')(id, solver, salt, resultDigest);
  const commit = await call(market, solver, 'commit', id, 0, commitment);
  await wait(1);
  const reveal = await call(market, solver, 'reveal', fields, reservation, 0, salt, resultDigest, 8);
  const block = await provider.getBlock('latest');
  const solution = { solver, revealedAt: block?.timestamp ?? 0, resultDigest };
  return { task: { id, fields }, solution, gas: { submit, reserve, commit, reveal } };
}

export async function claim(world: World, { task, solution }: Solved, keeper: Signer): Promise<number> {
  await world.wait(600);
  return world.call(world.market, keeper, 'claim', task.fields, solution);
}

/** The last of several whole cycles; the solver has been accepted often enough not to be a newcomer. */
export async function happyPath(world: World): Promise<Cycle> {
  const [requester, solver, keeper] = world.signers as [Signer, Signer, Signer];
  let reserve = 0;
  for (let i = 0; i < NEWCOMER_WORKS; i++) {
    const solved = await solve(world, requester, solver, true);
    await claim(world, solved, keeper);
    ({ reserve } = solved.gas);
  }
  let last: Cycle | undefined;
  for (let i = 0; i < 3; i++) {
    const solved = await solve(world, requester, solver, false);
    last = { ...solved.gas, reserve, claim: await claim(world, solved, keeper) };
  }
  if (last === undefined) throw new Error('no cycle was run');
  return last;
}

/** Arguments of the event of this name in the latest block. */
async function said(world: World, name: string): Promise<Record<string, unknown>> {
  const [log] = await world.market.queryFilter(name, 'latest');
  const parsed = log === undefined ? null : world.market.interface.parseLog(log);
  if (parsed === null) throw new Error(`no event ${name}`);
  return parsed.args.toObject();
}

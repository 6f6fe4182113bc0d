import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import type { Context } from './command.ts';
import { RefusedError } from './exit-codes.ts';
import { prepareLines, readLines } from './lines.ts';
import type { Live } from './live.ts';
import { factsOf, follow } from './task.ts';

interface LinesOrder {
  /** File with the inputs, or `-`. */
  readonly list: string;
  readonly fee: Amount;
  readonly timeoutMs: number | undefined;
}

/** Asks all lines of a file as one batch, and prints each answer when it is there. */
export async function askLines(
  context: Context,
  live: Live,
  model: ModelView,
  { list, fee, timeoutMs }: LinesOrder,
): Promise<void> {
  const { terminal } = context;
  const lines = await readLines(list, terminal);
  const offer = { model: model.digest, fee };
  const inputs = await prepareLines(live, model, lines, terminal, context.flag('invert') === true);
  const quote = await live.call('batches.quote', { ...offer, items: lines.length });
  if (quote.obstacle !== null) throw new RefusedError('OBSTACLE', quote.obstacle);
  const { key } = await live.call('batches.ask', { ...offer, inputs });
  if (context.flag('wait') === false) return context.print({ key }, key);
  if (!context.json)
    terminal.err(`Asked ${model.name} ${lines.length} lines for ${exactMoot(quote.total)} MOOT in all. Waiting …`);
  const task = await follow(context, live, key, context.flag('final') === true, timeoutMs);
  context.print(factsOf(task), `${task.reason}.`);
}

import { useState } from 'react';
import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { announce } from '../app/announce.ts';
import { call } from '../app/bridge.ts';
import { useObstacle } from '../app/useObstacle.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { AmountField } from './AmountField.tsx';
import { readAmount } from './amount.ts';
import styles from './MoveForm.module.css';
import { available, callOf, MOVES, type MoveId } from './moves.ts';

/** Between wallet, what is ready to pay, and stake: choose a way, then how much. */
export function MoveForm({ stake }: { stake: StakeView }) {
  const [id, setId] = useState<MoveId>('wallet-stake');
  const [text, setText] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorView | null>(null);
  const obstacle = useObstacle();
  const move = MOVES.find((move) => move.id === id) ?? MOVES[0];
  if (move === undefined) return null;
  const most = available(move, stake);
  const { value, problem } = readAmount(text, most);

  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (value === null || obstacle !== null || pending) return;
    setPending(true);
    setError(null);
    const { name, input } = callOf(move.id, value);
    const outcome = await call(name, input as never);
    setPending(false);
    if (!outcome.ok) return setError(outcome.error);
    setText('');
    announce('It is on its way.');
  };

  return (
    <Card title="Move MOOT">
      <form className={layout.form} onSubmit={(event) => void submit(event)}>
        <fieldset>
          <legend className="vh">From where to where?</legend>
          <div className={styles.moves}>
            {MOVES.map((each) => (
              <label key={each.id} className={styles.move}>
                <input
                  type="radio"
                  name="move"
                  checked={each.id === move.id}
                  onChange={() => {
                    setId(each.id);
                    setError(null);
                  }}
                />
                {each.name}
              </label>
            ))}
          </div>
        </fieldset>
        <AmountField
          label="How much, MOOT"
          all={move.from === 'wallet' ? 'All of the wallet' : 'All that is ready'}
          most={most}
          text={text}
          problem={problem}
          onChange={setText}
        />
        <p className={layout.small} id="move-means">
          {move.means}
        </p>
        <Trouble error={error} />
        <div className={layout.buttons}>
          <Button
            type="submit"
            look="primary"
            busy={pending}
            disabled={value === null || obstacle !== null}
            aria-describedby="move-means move-obstacle"
          >
            {pending ? 'Sending…' : move.act(value === null ? '' : shortMoot(value)).replace('  ', ' ')}
          </Button>
        </div>
        <p className={layout.small} id="move-obstacle">
          {obstacle ?? 'It costs a little of the chain’s coin.'}
        </p>
      </form>
    </Card>
  );
}

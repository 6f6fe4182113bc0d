import { useState } from 'react';
import { shortMoot } from '../../src-shared/domain/amounts.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';
import { announce } from '../app/announce.ts';
import { useNow } from '../app/now.ts';
import { useAction } from '../app/useAction.ts';
import { useObstacle } from '../app/useObstacle.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { dayTime } from '../ui/days.ts';
import { Note } from '../ui/Note.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { AmountField } from './AmountField.tsx';
import { readAmount } from './amount.ts';
import { exitReady } from './needs.ts';
import { delay } from './words.ts';

/** The way out of the stake: ask, wait, finish; it can be called off until the end. */
export function Exit({ stake }: { stake: StakeView }) {
  return (
    <Card title="Take stake out">{stake.exit === null ? <Request stake={stake} /> : <Pending stake={stake} />}</Card>
  );
}

function Request({ stake }: { stake: StakeView }) {
  const request = useAction('stake.requestExit');
  const unable = useObstacle();
  const now = useNow(60_000);
  const [text, setText] = useState('');
  const { value, problem } = readAmount(text, stake.free);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    if (value === null || unable !== null) return;
    const outcome = await request.run({ amount: value });
    if (!outcome.ok) return;
    setText('');
    announce('The exit was asked for.');
  };
  return (
    <form className={layout.form} onSubmit={(event) => void submit(event)}>
      <p className={layout.sub}>
        It takes {delay(stake.exitDelaySeconds)}: asked for now, it is ready on{' '}
        <strong>{dayTime(now + stake.exitDelaySeconds * 1000)}</strong>. Until then it secures nothing new, but still
        answers for what you did before.
      </p>
      <AmountField
        label="How much of the free stake, MOOT"
        all="All that is free"
        most={stake.free}
        text={text}
        problem={problem}
        onChange={setText}
      />
      <Trouble error={request.error} />
      <div className={layout.buttons}>
        <Button type="submit" busy={request.pending} disabled={value === null || unable !== null}>
          {request.pending ? 'Asking…' : value === null ? 'Take it out' : `Take ${shortMoot(value)} MOOT out`}
        </Button>
      </div>
      <p className={layout.small}>{unable ?? 'You can call it off at any time before it is finished.'}</p>
    </form>
  );
}

function Pending({ stake }: { stake: StakeView }) {
  const finish = useAction('stake.finishExit');
  const cancel = useAction('stake.cancelExit');
  const unable = useObstacle();
  const now = useNow(5_000);
  if (stake.exit === null) return null;
  const sum = shortMoot(stake.exit.amount);
  const ready = exitReady(stake, now);
  const run = async (action: typeof finish | typeof cancel, said: string): Promise<void> => {
    const outcome = await action.run({});
    if (outcome.ok) announce(said);
  };
  return (
    <div className={layout.form}>
      {ready ? (
        <Note tone="need">
          <p>{sum} MOOT are ready to leave your stake. They stay, and still answer, until you finish.</p>
        </Note>
      ) : (
        <p>
          <strong>{sum} MOOT</strong> are on their way out, ready on <strong>{dayTime(stake.exit.readyAt)}</strong> (
          <When at={stake.exit.readyAt} />
          ). Until then they still answer for what you did before.
        </p>
      )}
      <Trouble error={finish.error ?? cancel.error} />
      <div className={layout.buttons}>
        {ready && (
          <Button
            look="primary"
            busy={finish.pending}
            disabled={unable !== null || cancel.pending}
            onClick={() => void run(finish, 'It moves to what is ready to pay.')}
          >
            {finish.pending ? 'Finishing…' : `Move ${sum} MOOT to ready to pay`}
          </Button>
        )}
        <Button
          busy={cancel.pending}
          disabled={unable !== null || finish.pending}
          onClick={() => void run(cancel, 'The exit was called off.')}
        >
          {cancel.pending ? 'Calling it off…' : 'Keep it staked'}
        </Button>
      </div>
      <p className={layout.small}>{unable ?? 'One exit at a time: another amount can follow when this one is over.'}</p>
    </div>
  );
}

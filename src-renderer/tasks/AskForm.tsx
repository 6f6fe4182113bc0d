import { useState } from 'react';
import { exactMoot, shortMoot } from '../../src-shared/domain/amounts.ts';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import type { ModelView } from '../../src-shared/domain/models.ts';
import type { Assurance } from '../../src-shared/domain/tasks.ts';
import { announce } from '../app/announce.ts';
import { call } from '../app/bridge.ts';
import { go } from '../app/route.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Field } from '../ui/Field.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import styles from './AskForm.module.css';
import { AssurancePicker } from './AssurancePicker.tsx';
import { readFee } from './fee.ts';
import { ModelInput } from './ModelInput.tsx';
import type { Prepared } from './prepared.ts';
import { QuoteLines } from './QuoteLines.tsx';
import { upload } from './upload.ts';
import { useQuote } from './useQuote.ts';

/** Input, price, ask. The button says what it costs; nothing is spent before it is pressed. */
export function AskForm({ model }: { model: ModelView }) {
  const [prepared, setPrepared] = useState<Prepared>({ state: 'missing', why: 'Put something in first.' });
  const [feeText, setFeeText] = useState(() => exactMoot(model.suggestedFee));
  const { fee, problem } = readFee(feeText);
  const [assurance, setAssurance] = useState<Assurance>('basic');
  const quotes = {
    basic: useQuote(model.digest, fee, 'basic'),
    checked: useQuote(model.digest, fee, 'checked'),
    critical: useQuote(model.digest, fee, 'critical'),
  };
  const { quote, error: quoteError } = quotes[assurance];
  const [progress, setProgress] = useState<string | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);

  const obstacle =
    problem ?? quote?.obstacle ?? quoteError?.message ?? (prepared.state === 'missing' ? prepared.why : null);
  const can = obstacle === null && quote !== null;

  const ask = async (): Promise<void> => {
    if (!can || fee === null || prepared.state === 'missing') return;
    setError(null);
    setProgress('Asking…');
    let input = prepared.state === 'ready' ? prepared.input : null;
    if (prepared.state === 'file') {
      const sent = await upload(prepared.file, (share) =>
        setProgress(`Reading the file, ${Math.round(share * 100)} %`),
      );
      if (!sent.ok) {
        setProgress(null);
        return setError(sent.error);
      }
      input = { kind: 'upload', upload: sent.value };
    }
    if (input === null) return;
    setProgress('Asking…');
    const outcome = await call('tasks.ask', { model: model.digest, fee, assurance, input });
    setProgress(null);
    if (!outcome.ok) return setError(outcome.error);
    announce('Your ask is on its way.');
    go({ screen: 'ask', task: outcome.value.key });
  };

  return (
    <div className={styles.form}>
      <Card title={model.name}>
        <ModelInput input={model.input} onChange={setPrepared} />
      </Card>
      <Card title="What it costs">
        <div className={layout.form}>
          <Field
            label={assurance === 'critical' ? 'Fee for each machine, MOOT' : 'Fee for the solver, MOOT'}
            hint={`Usually ${shortMoot(model.suggestedFee)}. More is taken sooner.`}
            error={problem}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                autoComplete="off"
                value={feeText}
                onChange={(event) => setFeeText(event.target.value)}
              />
            )}
          </Field>
          <AssurancePicker
            chosen={assurance}
            quotes={{ basic: quotes.basic.quote, checked: quotes.checked.quote, critical: quotes.critical.quote }}
            onChoose={setAssurance}
          />
          <QuoteLines quote={quote} known={problem === null && quoteError === null} />
          {quote?.obstacle != null && <Trouble tone="need" error={{ code: 'OBSTACLE', message: quote.obstacle }} />}
          <Trouble error={quoteError} />
          <Trouble error={error} />
          <Button
            look="primary"
            disabled={!can}
            busy={progress !== null}
            aria-describedby="ask-obstacle"
            onClick={() => void ask()}
          >
            {progress ?? (quote === null ? 'Ask' : `Ask for ${shortMoot(quote.total)} MOOT`)}
          </Button>
          <p id="ask-obstacle" className={layout.small}>
            {prepared.state === 'missing' ? prepared.why : 'The input and the answer are public in this network.'}
          </p>
        </div>
      </Card>
    </div>
  );
}

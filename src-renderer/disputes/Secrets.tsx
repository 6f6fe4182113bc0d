import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { download } from '../ui/download.ts';
import layout from '../ui/layout.module.css';

/** The salts and votes of sealed ballots as a file: with it another machine can open them. */
export function Secrets() {
  const action = useAction('disputes.secrets');
  const save = async (): Promise<void> => {
    const outcome = await action.run({});
    if (!outcome.ok) return;
    download(outcome.value.name, outcome.value.text);
    announce(`Saved as ${outcome.value.name}.`);
  };
  return (
    <Card title="Your sealed ballots, as a file">
      <div className={layout.form}>
        <p className={layout.sub}>
          A sealed ballot can only be opened with its secret. If this machine may be off when ballots are opened, take
          the secrets to another one. Keep the file to yourself: until then, it shows how you voted.
        </p>
        <Trouble error={action.error} />
        <div className={layout.buttons}>
          <Button onClick={() => void save()} busy={action.pending}>
            Save the secrets of my ballots
          </Button>
        </div>
      </div>
    </Card>
  );
}

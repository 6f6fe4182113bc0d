import { announce } from '../app/announce.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { download } from '../ui/download.ts';
import layout from '../ui/layout.module.css';

/** The vault as a file: a second home for the wallet, useless without the passphrase. */
export function ExportFile() {
  const action = useAction('wallet.export');
  const save = async (): Promise<void> => {
    const outcome = await action.run({});
    if (!outcome.ok) return;
    download(outcome.value.name, outcome.value.text);
    announce(`Saved as ${outcome.value.name}.`);
  };
  return (
    <Card title="Encrypted copy">
      <div className={layout.form}>
        <p className={layout.sub}>
          A file that opens with your passphrase, for a memory stick or another disk. It does not replace the words:
          whoever forgets the passphrase needs them.
        </p>
        <Trouble error={action.error} />
        <div className={layout.buttons}>
          <Button onClick={() => void save()} busy={action.pending}>
            Save an encrypted copy
          </Button>
        </div>
      </div>
    </Card>
  );
}

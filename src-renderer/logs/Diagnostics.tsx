import { useState } from 'react';
import { byteSize } from '../../src-shared/domain/format.ts';
import type { Diagnostics as Bundle } from '../../src-shared/domain/machine.ts';
import { announce } from '../app/announce.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { download } from '../ui/download.ts';
import { Id } from '../ui/Id.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import styles from './Logs.module.css';

/** What to hand over when somebody is to help: read first, saved by hand, sent by nobody. */
export function Diagnostics() {
  const prepare = useAction('diagnostics.preview');
  const offline = useStore((store) => store.link.state === 'offline');
  const [bundle, setBundle] = useState<Bundle | null>(null);
  const ask = async (): Promise<void> => {
    const outcome = await prepare.run({});
    if (!outcome.ok) return;
    setBundle(outcome.value);
    announce('The report is ready to be read.');
  };
  return (
    <Card title="A report, when somebody is to help">
      <div className={layout.form}>
        <p className={layout.sub}>
          Versions, hardware and the last lines of the log in one file. Nothing is sent: you read it, save it, and give
          it to whom you like.
        </p>
        <Trouble error={prepare.error} />
        {bundle !== null && <Preview bundle={bundle} />}
        <div className={layout.buttons}>
          {bundle !== null && (
            <Button look="primary" onClick={() => save(bundle)}>
              Save the report
            </Button>
          )}
          <Button busy={prepare.pending} disabled={offline} onClick={() => void ask()}>
            {prepare.pending ? 'Gathering…' : bundle === null ? 'Prepare a report' : 'Prepare it again'}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function Preview({ bundle }: { bundle: Bundle }) {
  const sizeOf = (text: string): string => byteSize(new TextEncoder().encode(text).length);
  return (
    <>
      <p>
        Reference <Id value={bundle.reference} what="reference" whole />: name it when you ask for help.
      </p>
      {bundle.redacted.length > 0 && (
        <div>
          <h3>Taken out</h3>
          <ul className={styles.out}>
            {bundle.redacted.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <h3>What is in it</h3>
        {bundle.files.map(({ name, text }) => (
          <details key={name} className={styles.file}>
            <summary>
              {name} <small>{sizeOf(text)}</small>
            </summary>
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard */}
            <pre tabIndex={0}>{text}</pre>
          </details>
        ))}
      </div>
    </>
  );
}

function save(bundle: Bundle): void {
  download(`folkmoot-${bundle.reference}.json`, JSON.stringify(bundle, null, 2));
}

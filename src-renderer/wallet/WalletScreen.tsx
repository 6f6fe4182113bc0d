import { go } from '../app/route.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { Note } from '../ui/Note.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { Backup } from './Backup.tsx';
import { Balances } from './Balances.tsx';
import { ExportFile } from './ExportFile.tsx';

export function WalletScreen({ backup }: { backup: boolean }) {
  const wallet = useSlice('wallet');
  const lock = useAction('wallet.lock');
  const locked = wallet.state === 'locked';
  return (
    <>
      <PageHead
        title={
          locked
            ? 'Your wallet is locked'
            : wallet.backedUp
              ? 'Your wallet is open and backed up'
              : 'Your wallet is open, but has no backup'
        }
        why={
          locked
            ? 'No new work and no asks until you unlock it. What you own stays where it is.'
            : wallet.backedUp
              ? 'Your words are on paper. Keys stay in a process of their own and never reach this window.'
              : 'If this disk fails now, what you own is gone. Writing down the words takes two minutes.'
        }
        actions={
          locked ? (
            <Button look="primary" onClick={() => useStore.setState({ lookingAround: false })}>
              Unlock the wallet
            </Button>
          ) : (
            <Button onClick={() => void lock.run({})} busy={lock.pending} aria-describedby="lock-means">
              {lock.pending ? 'Locking…' : 'Lock the wallet'}
            </Button>
          )
        }
      />
      <Trouble error={lock.error} />
      <div className={layout.grid}>
        <Balances balances={wallet.balances} />
        <div className={layout.stack}>
          <Card title="Address">
            <p className={layout.sub}>Where others send MOOT. It may be shown to anybody.</p>
            {wallet.address === null ? (
              <p>Unknown while the wallet is locked.</p>
            ) : (
              <Id whole value={wallet.address} what="address" />
            )}
          </Card>
          <Card
            title="Words"
            aside={wallet.backedUp ? <Pill tone="work">backed up</Pill> : <Pill tone="need">not backed up</Pill>}
          >
            <div className={layout.form}>
              {!wallet.backedUp && (
                <Note tone="need">
                  <p>Only these words bring the wallet back if this machine is lost.</p>
                </Note>
              )}
              <div className={layout.buttons}>
                <Button
                  look={wallet.backedUp || locked ? 'plain' : 'primary'}
                  disabled={locked}
                  onClick={() => go({ screen: 'wallet', part: 'backup' })}
                >
                  {wallet.backedUp ? 'Show my words again' : 'Back up my words'}
                </Button>
              </div>
            </div>
          </Card>
          <ExportFile />
          <p className={layout.small} id="lock-means">
            Locking stops new work and new asks until you type the passphrase again. Results that are sealed but not
            revealed need the wallet too: unlock before their deadline.
          </p>
        </div>
      </div>
      {backup && !locked && <Backup onClose={() => go({ screen: 'wallet', part: null })} />}
    </>
  );
}

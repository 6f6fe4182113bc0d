import { Gate } from '../app/Gate.tsx';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { RestoreForm } from './RestoreForm.tsx';

/** The file cannot be read: what happened, what it means for money, what to do. */
export function Damaged() {
  const error = useSlice('wallet').error ?? null;
  return (
    <Gate
      title="Your wallet file is damaged"
      lead={
        <>
          <p>
            Folkmoot found the file of your wallet but cannot read it. It was left as it is, and no new wallet was made.
          </p>
          <p>
            <strong>Your money is not lost by this.</strong> It lives in the ledger, not in the file; whoever has the
            words of the wallet can reach it. Work that was under way may miss its deadline.
          </p>
        </>
      }
    >
      <div className={layout.stack}>
        <Trouble error={error} />
        <Card title="Restore it from your words">
          <RestoreForm />
        </Card>
        <p className={layout.sub}>
          If you exported the encrypted file, you can also put that copy in the place of the damaged one and start
          Folkmoot again.
        </p>
      </div>
    </Gate>
  );
}

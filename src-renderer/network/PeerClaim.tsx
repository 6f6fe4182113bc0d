import { shortId } from '../../src-shared/domain/format.ts';
import type { PeerId } from '../../src-shared/domain/ids.ts';
import { claimWords, sayClaim, sayFound, type ClaimView } from '../../src-shared/domain/speed.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import { claimTone } from './claims.ts';
import styles from './Peers.module.css';

/** One speed that a peer claims, and whether it holds; asks for proof when a person wants to know. */
export function PeerClaim({ peer, claim }: { peer: PeerId; claim: ClaimView }) {
  const check = useAction('network.checkSpeed');
  const offline = useStore((store) => store.link.state === 'offline');
  const { model, provider, at } = claim;
  const busy = check.pending || claim.checking;
  const found = sayFound(claim);
  return (
    <li className={styles.claim}>
      <span>{sayClaim(claim)}</span>
      <Pill tone={busy ? 'work' : claimTone(claim)} pulse={busy}>
        {busy ? 'being checked' : claimWords(claim)}
      </Pill>
      <span className={styles.found}>
        {found}
        {at !== null && (
          <>
            {' '}
            <When at={at} />
          </>
        )}
      </span>
      {claim.checkable && (
        <Button
          look="quiet"
          className={styles.check}
          busy={busy}
          disabled={offline}
          aria-label={`${busy ? 'Checking…' : 'Check'} ${claim.modelName} on ${provider}, peer ${shortId(peer)}`}
          onClick={() => void check.run({ peer, model, provider })}
        >
          {busy ? 'Checking…' : 'Check'}
        </Button>
      )}
      <div className={styles.wide}>
        <Trouble error={check.error} tone="need" />
      </div>
    </li>
  );
}

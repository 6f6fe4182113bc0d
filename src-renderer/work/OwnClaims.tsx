import { sayClaim } from '../../src-shared/domain/speed.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import layout from '../ui/layout.module.css';

/** How fast this machine says it is, in the words in which its claims appear on other machines. */
export function OwnClaims() {
  const { ownClaims } = useSlice('network');
  return (
    <Card title="What peers are told of it">
      <p className={layout.sub}>
        One model that every node has is measured on each device while nothing else is computed. The fastest of each
        kind is told to peers, and anybody may ask for proof.
      </p>
      {ownClaims.length === 0 ? (
        <p>Nothing so far. It is told once the wallet is open, and this machine may work and has nothing else to do.</p>
      ) : (
        <ul className={layout.facts}>
          {ownClaims.map((claim) => (
            <li key={`${claim.model} ${claim.provider}`}>{sayClaim(claim)}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

import type { Needed } from '../disputes/useNeeds.ts';
import { go } from '../app/route.ts';
import type { StakeNeed } from '../stake/needs.ts';
import { Button } from '../ui/Button.tsx';
import { When } from '../ui/When.tsx';

/** Votes, ballots, rulings and contested results that wait for a person, each with its last moment. */
export function DisputeRows({ needed }: { needed: readonly Needed[] }) {
  return needed.map(({ dispute, need }) => (
    <li key={dispute.id}>
      <div>
        {need.title}
        <small>
          {need.detail}
          {need.until !== null && (
            <>
              {' '}
              · ends <When at={need.until} />
            </>
          )}
        </small>
      </div>
      <Button onClick={() => go({ screen: 'disputes', dispute: dispute.id })}>{need.act}</Button>
    </li>
  ));
}

export function StakeRows({ needs }: { needs: readonly StakeNeed[] }) {
  return needs.map((need) => (
    <li key={need.id}>
      <div>
        {need.title}
        <small>
          {need.detail}
          {need.until !== null && (
            <>
              {' '}
              · ends <When at={need.until} />
            </>
          )}
        </small>
      </div>
      <Button onClick={() => go({ screen: 'stake' })}>Open Stake</Button>
    </li>
  ));
}

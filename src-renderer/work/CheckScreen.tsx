import { count } from '../../src-shared/domain/format.ts';
import type { CheckNote, HardwareCheck } from '../../src-shared/domain/machine.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Empty } from '../ui/Empty.tsx';
import { Note } from '../ui/Note.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { Benchmark } from './Benchmark.tsx';
import { sayCheck } from './check.ts';
import { CheckedDevice } from './CheckedDevice.tsx';
import { OwnClaims } from './OwnClaims.tsx';
import { Parts } from './Parts.tsx';
import { memory } from './words.ts';

/** What this machine has, what really computes on it, and what would help where nothing does. */
export function CheckScreen() {
  const { check, checkNote } = useSlice('machine');
  const offline = useStore((store) => store.link.state === 'offline');
  const run = useAction('machine.check');
  const running = run.pending || check?.state === 'running';
  return (
    <>
      <Parts />
      <PageHead
        title={sayCheck(check)}
        why={<Why check={check} />}
        actions={
          <Button busy={running} disabled={offline} onClick={() => void run.run({})}>
            {running ? 'Checking…' : check === null ? 'Check this machine' : 'Check again'}
          </Button>
        }
      />
      <div className={layout.stack}>
        <Trouble error={run.error} />
        {checkNote !== null && <InTheWay note={checkNote} running={running} />}
        {check === null ? (
          <Empty title="Nothing is known about this machine yet">
            <p>
              The check looks for every processor and graphics card, runs a small model on each in every way it can, and
              says what would help where that fails.
            </p>
          </Empty>
        ) : (
          <>
            {check.devices.map((device) => (
              <CheckedDevice key={device.id} device={device} />
            ))}
            {check.state === 'running' && (
              <Card title="Still to come">
                <Skeleton lines={3} label="The check is running." />
              </Card>
            )}
            <Benchmark check={check} />
            <OwnClaims />
            <ThisComputer check={check} />
          </>
        )}
      </div>
    </>
  );
}

/** Why nothing newer is known. */
function InTheWay({ note, running }: { note: CheckNote; running: boolean }) {
  if (note.kind === 'waits')
    return (
      <Note tone="info">
        <p>The check waits for a better moment. {note.why}</p>
        <p>
          {running
            ? 'It goes on by itself when nothing speaks against it.'
            : 'It begins by itself when nothing speaks against it. The button above begins it now.'}
        </p>
      </Note>
    );
  return (
    <Note tone="trouble">
      <p>This computer could not be asked what it has. It is tried again by itself.</p>
      <p>The error was: {note.why}</p>
    </Note>
  );
}

function Why({ check }: { check: HardwareCheck | null }) {
  if (check === null) return <p>Without a check it is not known what can compute here.</p>;
  if (check.state === 'running') return <p>Each device is tried in every way it may compute, then measured.</p>;
  return (
    <p>
      Checked <When at={check.at} />: a small model was really run on each device. Check again after a new driver or
      card.
    </p>
  );
}

function ThisComputer({ check }: { check: HardwareCheck }) {
  return (
    <Card title="This computer">
      <dl className={layout.facts}>
        <div>
          <dt>Processor</dt>
          <dd>
            {check.processor ?? 'not known'}, {count(check.cores, 'core')}
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>{memory(check.memoryBytes)}</dd>
        </div>
        <div>
          <dt>System</dt>
          <dd>{check.system}</dd>
        </div>
      </dl>
    </Card>
  );
}

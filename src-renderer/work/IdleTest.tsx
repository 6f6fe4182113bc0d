import { useEffect, useRef } from 'react';
import { announce } from '../app/announce.ts';
import { useSlice, useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Note } from '../ui/Note.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import layout from '../ui/layout.module.css';
import { sayIdleTest } from './idle.ts';

/** Starts the test of what notices the person, and says what to do while it runs: also to who comes back to the screen. */
export function IdleTest() {
  const offline = useStore((store) => store.link.state === 'offline');
  const test = useSlice('machine').idleTest;
  const { run, pending, error } = useAction('machine.testIdle');
  const said = sayIdleTest(test);
  const title = said?.title ?? null;
  const last = useRef(title);
  useEffect(() => {
    if (title !== null && title !== last.current) announce(title);
    last.current = title;
  }, [title]);
  // Without the node nobody knows how the test goes on.
  const running = !offline && test !== null && test.part !== 'over';
  return (
    <>
      {said !== null && (running || test?.part === 'over') && (
        <Note tone="info">
          <p>{said.title}</p>
          {said.left !== null && <p>{said.left}</p>}
        </Note>
      )}
      <Trouble error={error} />
      <div className={layout.buttons}>
        <Button busy={pending || running} disabled={offline} onClick={() => void run({})}>
          {pending || running ? 'Testing…' : 'Test whether it notices me'}
        </Button>
      </div>
    </>
  );
}

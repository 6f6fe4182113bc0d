import { Component, type ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import styles from './Gate.module.css';

interface State {
  readonly message: string | null;
}

/** The window broke, the node did not: it runs elsewhere and goes on. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { message: null };

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <main className={styles.main}>
        <h1>This window ran into a mistake of ours</h1>
        <div className={styles.lead}>
          <p>The node itself goes on in the background; nothing was lost and no money has moved.</p>
          <p>
            <code>{this.state.message}</code>
          </p>
        </div>
        <Button look="primary" onClick={() => window.location.reload()}>
          Open the window again
        </Button>
      </main>
    );
  }
}

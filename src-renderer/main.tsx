import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { startBridge } from './app/bridge.ts';
import { takeKey } from './app/rig-key.ts';
import { followHash } from './app/route.ts';

const root = document.getElementById('root');
if (root !== null) {
  takeKey();
  followHash();
  startBridge();
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

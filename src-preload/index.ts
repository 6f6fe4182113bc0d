import { contextBridge, ipcRenderer } from 'electron';

/** The bridge's Electron port, nothing else: what is said over it is decided by src-shared/bridge. */
contextBridge.exposeInMainWorld('folkmoot', {
  send: (message: unknown): void => ipcRenderer.send('folkmoot:to-host', message),
  onMessage: (listener: (message: unknown) => void): (() => void) => {
    const forward = (_event: unknown, message: unknown): void => listener(message);
    ipcRenderer.on('folkmoot:to-client', forward);
    return () => void ipcRenderer.off('folkmoot:to-client', forward);
  },
});

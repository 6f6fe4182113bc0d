import type { App, Session } from 'electron';
import type { Log } from '../log.ts';
import { isOwn, mayLoad } from './app-address.ts';

/** The interface asks for nothing of the computer and nothing of the net; the node does both for it. */
export function hardenSession(session: Session, developing: boolean, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log(`shell: the interface asked for “${permission}” and was refused`);
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const cancel = !mayLoad(url, developing);
    if (cancel) log(`shell: a request of the interface to ${url.slice(0, 100)} was stopped`);
    answer({ cancel });
  });
}

/** For every page, also ones that should not exist: no new windows, no way out, no embedded browsers. */
export function hardenContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!isOwn(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOwn(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

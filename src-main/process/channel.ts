/** A two-way pipe of structured-clone messages between the node and one child process. */
export interface Channel {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once: the other side is gone. */
  onClose(listener: () => void): void;
}

/** Minimal shape of Electron's `process.parentPort`, so that no child imports electron. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * The child's end: `process.parentPort` in an Electron utility process, the IPC channel after `fork` elsewhere.
 * @throws Error when the file was started by hand, without a parent.
 */
export function parentChannel(): Channel {
  const port = (process as { parentPort?: ParentPort }).parentPort;
  if (port !== undefined) {
    return {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', (event) => listener(event.data)),
      onClose: (listener) => void process.on('exit', listener),
    };
  }
  if (process.send === undefined)
    throw new Error('this file is a child process of the Folkmoot node and cannot be started alone');
  return {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.on('disconnect', listener),
  };
}

/** A two-way pipe of JSON values between a front end and the node: WebSocket, Electron IPC, local socket or memory. */
export interface Port {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
  close(): void;
  /** Bytes accepted but not yet on the wire, where the transport knows; a slow reader is cut off. */
  readonly buffered?: () => number;
}

/** A pair of connected ports inside one process; messages go through JSON, as on every real transport. */
export function memoryPorts(): readonly [Port, Port] {
  const ends = [0, 1].map(() => ({ message: [] as Array<(m: unknown) => void>, close: [] as Array<() => void> }));
  let open = true;
  const make = (mine: 0 | 1): Port => ({
    send: (message) => {
      const text = JSON.stringify(message);
      void Promise.resolve().then(() => {
        if (open) for (const listener of ends[1 - mine]?.message ?? []) listener(JSON.parse(text));
      });
    },
    onMessage: (listener) => void ends[mine]?.message.push(listener),
    onClose: (listener) => void ends[mine]?.close.push(listener),
    close: () => {
      if (!open) return;
      open = false;
      for (const end of ends) for (const listener of end.close) listener();
    },
  });
  return [make(0), make(1)];
}

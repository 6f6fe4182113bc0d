// Runs a sandboxed preload script inside the page: contextBridge and ipcRenderer over one binding, `__ipc`.

export const preloadScript = (code) => `(() => {
  if (window !== window.top) return;
  const listeners = new Map();
  globalThis.__dispatch = (channel, args) => {
    for (const listener of [...(listeners.get(channel) ?? [])]) listener({ senderId: 0 }, ...args);
  };
  const ipcRenderer = {
    send: (channel, ...args) => void __ipc('send', channel, args),
    invoke: async (channel, ...args) => {
      const reply = await __ipc('invoke', channel, args);
      if ('err' in reply) throw new Error("Error invoking remote method '" + channel + "': " + reply.err);
      return reply.ok;
    },
    on(channel, listener) {
      if (!listeners.has(channel)) listeners.set(channel, new Set());
      listeners.get(channel).add(listener);
      return this;
    },
    off(channel, listener) {
      listeners.get(channel)?.delete(listener);
      return this;
    },
    removeListener(channel, listener) {
      return this.off(channel, listener);
    },
  };
  const contextBridge = {
    exposeInMainWorld: (key, value) => Object.defineProperty(window, key, { value: Object.freeze(value), enumerable: true }),
  };
  const require = (name) => {
    if (name === 'electron') return { contextBridge, ipcRenderer };
    throw new Error('module not found: ' + name);
  };
  const module = { exports: {} };
  (function (require, module, exports, process) {${code}
  })(require, module, module.exports, { contextIsolated: true, sandboxed: true, versions: {} });
})();`;

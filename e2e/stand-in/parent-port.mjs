// What a utility process of Electron has instead of an IPC channel. It ends with the app, as a real one does.
import { EventEmitter } from 'node:events';

const send = process.send.bind(process);
const port = Object.assign(new EventEmitter(), { postMessage: (message) => process.connected && send(message) });
process.on('message', (data) => port.emit('message', { data, ports: [] }));
process.on('disconnect', () => process.exit(0));
process.parentPort = port;
process.send = undefined;

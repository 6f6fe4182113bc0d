// npm run build: contracts and app, whether they changed or not.
import { built, setup } from './setup.mjs';

await setup();
await built(true);

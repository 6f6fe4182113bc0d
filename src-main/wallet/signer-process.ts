import { parentChannel } from '../process/channel.ts';
import { serve } from '../process/rpc.ts';
import type { SignerEvents, SignerMethods } from './protocol.ts';
import { Signer } from './signer.ts';
import { signerHandlers } from './signer-handlers.ts';

serve<SignerMethods, SignerEvents>(parentChannel(), signerHandlers(new Signer()));

import { FolkmootError } from '../../src-shared/domain/errors.ts';

function notYet(): never {
  throw new FolkmootError('NOT_READY', 'This preview has no answer for that.');
}

/** What a node says about its machine, limits, logs and model servers. */
export const machineCalls = {
  'policy.limits': notYet,
  'policy.device': notYet,
  'machine.check': notYet,
  'machine.history': notYet,
  'machine.testIdle': notYet,
  'logs.page': notYet,
  'diagnostics.preview': notYet,
  'models.inspect': notYet,
  'models.addFolder': notYet,
  'models.remove': notYet,
  'models.selfTest': notYet,
  'models.servers': notYet,
  'models.addServer': notYet,
  'models.removeServer': notYet,
  'models.addFromServer': notYet,
};

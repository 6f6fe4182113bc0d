import type { ModelView } from '../../src-shared/domain/models.ts';
import { UsageError } from './exit-codes.ts';

const MIN_PREFIX = 4;

/**
 * A model by its name (any case), or by the first digits of its digest, at least four.
 * @throws UsageError when none or several fit.
 */
export function findModel(models: readonly ModelView[], wanted: string): ModelView {
  const text = wanted.toLowerCase();
  const named = models.filter(({ name }) => name.toLowerCase() === text);
  const digits = text.replace(/^0x/, '');
  const prefixed =
    /^[0-9a-f]+$/.test(digits) && digits.length >= MIN_PREFIX
      ? models.filter(({ digest }) => digest.startsWith(`0x${digits}`))
      : [];
  const found = named.length > 0 ? named : prefixed;
  const [model, other] = found;
  if (model !== undefined && other === undefined) return model;
  const list = (of: readonly ModelView[]): string =>
    of.map(({ name, digest }) => `${name} (${digest.slice(0, 10)})`).join(', ');
  if (model === undefined)
    throw new UsageError(
      `No model is called “${wanted}”.`,
      models.length === 0 ? 'This node knows no model yet.' : `It knows: ${list(models)}.`,
    );
  throw new UsageError(`“${wanted}” fits several models.`, `Name one by its digest: ${list(found)}.`);
}

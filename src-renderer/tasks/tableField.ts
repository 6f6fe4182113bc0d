import type { TableField } from '../../src-shared/domain/models.ts';

/** Pure: "3,5" and "3.5" are the same number; null when it is none. */
export function readNumber(text: string): number | null {
  const trimmed = text.trim().replace(',', '.');
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : null;
}

/** Pure: what is wrong with it, or null. */
export function fieldProblem(field: TableField, text: string): string | null {
  const value = readNumber(text);
  if (value === null) return 'Write a number.';
  if (value < field.min || value > field.max) return `Between ${field.min} and ${field.max}, please.`;
  return null;
}

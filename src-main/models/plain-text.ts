import type { z } from 'zod';

/** Words of strangers look on a screen and in a terminal as they are: no control characters but `allowed`, no reordering. */
export function plainText(words: z.ZodString, allowed = ''): z.ZodString {
  return words
    .refine((value) => value.isWellFormed(), 'broken unicode')
    .refine((value) => ![...value].some((char) => !allowed.includes(char) && HIDDEN.test(char)), 'control characters');
}

const HIDDEN = /[\p{Cc}\p{Bidi_Control}]/u;

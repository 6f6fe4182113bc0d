import type { z } from 'zod';
import { ModelRefusedError } from '../../models/errors.ts';
import { ComputeError } from '../job.ts';
import type { ModelRef } from '../protocol.ts';

/** Reads the file of a model that is only a description. @throws ModelRefusedError */
export function described<T>(bytes: Uint8Array, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new ModelRefusedError(['its description cannot be read']);
  }
}

/** @throws ComputeError `NO_SERVER` */
export function serverOf(model: ModelRef): string {
  if (model.server !== undefined) return model.server;
  throw new ComputeError('NO_SERVER', `No server of this machine has the model “${model.name}”.`, {
    remedy: 'Add the server or container that has it under Models.',
  });
}

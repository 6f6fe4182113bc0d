/** Cost of each verification class relative to running the model. Empty until the classes are measured. */
export async function verify(): Promise<Record<string, number>> {
  return {};
}

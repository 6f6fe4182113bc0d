/**
 * Stands where transformers.js looks for its picture library. Text models need none, and its native binary would have to
 * be shipped and let into lanes.
 */
export default function noSharp(): never {
  throw new Error('Folkmoot runs text models only.');
}

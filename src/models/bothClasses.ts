/**
 * What a binary classifier gives for its second class, as outputs of both.
 * @param outputs [rows]
 * @param isLogit whether they are logits, to which that of the first class is 0, or probabilities
 * @returns [rows, 2]
 */
export function ofBothClasses(outputs: Float32Array, isLogit = false): Float32Array {
  const both = new Float32Array(2 * outputs.length);
  for (const [row, value] of outputs.entries()) {
    both[2 * row] = isLogit ? 0 : 1 - value;
    both[2 * row + 1] = value;
  }
  return both;
}

/** Paints ink values (0 to 255) in the canvas' own text colour, on whatever is behind it. */
export function paintInk(canvas: HTMLCanvasElement, ink: Uint8Array): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const [red = 0, green = 0, blue = 0] = (getComputedStyle(canvas).color.match(/\d+/g) ?? []).map(Number);
  const image = context.createImageData(canvas.width, canvas.height);
  const data = new Uint32Array(image.data.buffer);
  // Little-endian, as every machine this runs on: alpha, blue, green, red from the top.
  const colour = (blue << 16) | (green << 8) | red;
  for (let at = 0; at < data.length; at++) data[at] = (((ink[at] ?? 0) << 24) | colour) >>> 0;
  context.putImageData(image, 0, 0);
}

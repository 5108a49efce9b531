// Draws an image in colours from dark blue to yellow, by the logarithm of its values.
const stops = [[13, 8, 80], [70, 20, 130], [150, 40, 120], [220, 80, 70], [250, 160, 40], [250, 245, 150]];

function colour(share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  return stops[below].map((c, i) => c + (place - below) * (stops[below + 1][i] - c));
}

export function paint(canvas, values, rows, columns) {
  const logarithms = values.map(v => Math.log1p(Math.max(v, 0)));
  const sorted = Float32Array.from(logarithms).sort();
  const top = sorted[Math.floor(sorted.length * 0.999)] || 1;     // a few hot pixels must not darken the rest
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(columns, rows);
  logarithms.forEach((v, i) => pixels.data.set([...colour(v / top), 255], 4 * i));
  context.putImageData(pixels, 0, 0);
}

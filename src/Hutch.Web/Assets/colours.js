// Colour maps and how values become colours: for the live view, the simulator and the Reduction page.
const maps = {
  ember: [[13, 8, 80], [70, 20, 130], [150, 40, 120], [220, 80, 70], [250, 160, 40], [250, 245, 150]],
  grey: [[0, 0, 0], [255, 255, 255]],
  'grey, inverted': [[255, 255, 255], [0, 0, 0]],
  sea: [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]],
  ice: [[0, 0, 0], [0, 40, 90], [0, 110, 160], [60, 190, 210], [230, 255, 255]],
};

export const mapNames = Object.keys(maps);

/** 256 colours of a map as pixels of a canvas. */
export function palette(name) {
  const stops = maps[name] ?? maps.ember;
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const place = i / 255 * (stops.length - 1);
    const below = Math.min(Math.floor(place), stops.length - 2);
    const [r, g, b] = stops[below].map((c, k) => Math.round(c + (place - below) * (stops[below + 1][k] - c)));
    return (255 << 24 | b << 16 | g << 8 | r) >>> 0;
  });
}

/** A map as a CSS gradient. */
export const gradient = name => `linear-gradient(to right, ${(maps[name] ?? maps.ember).map(c => `rgb(${c})`).join(', ')})`;

/** The values below which the given shares of the pixels lie; of a sample, and of pixels that have seen something where any have. */
export function limits(values, low, high) {
  const step = Math.max(1, Math.floor(values.length / 60000));
  let sample = [];
  for (let i = 0; i < values.length; i += step) if (Number.isFinite(values[i])) sample.push(values[i]);
  sample = Float64Array.from(sample).sort();
  if (sample.length === 0) return [0, 1];
  const at = share => sample[Math.min(sample.length - 1, Math.floor(share * (sample.length - 1)))];
  const [from, to] = [at(low), at(high)];
  return [from, to > from ? to : from + 1];
}

/** Fills pixels of a canvas with the colours of values from `low` to `high`. */
export function colourise(values, pixels, colours, low, high, logarithmic) {
  const scale = 255 / (logarithmic ? Math.log1p(high - low) : high - low);
  const colour = v => {
    const above = v - low;
    const place = logarithmic ? Math.log1p(above > 0 ? above : 0) * scale : above * scale;
    return colours[place > 0 ? place < 255 ? place | 0 : 255 : 0];
  };
  if ((values instanceof Uint16Array || values instanceof Uint8Array) && values.length > 65536) {
    const table = new Uint32Array(values instanceof Uint8Array ? 256 : 65536);
    for (let v = 0; v < table.length; v++) table[v] = colour(v);
    for (let i = 0; i < values.length; i++) pixels[i] = table[values[i]];
  } else {
    for (let i = 0; i < values.length; i++) pixels[i] = colour(values[i]);
  }
}

/** Draws a whole image, logarithmic, into a canvas of its own size. */
export function paint(canvas, values, rows, columns, map = 'ember') {
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext('2d');
  const image = context.createImageData(columns, rows);
  const [low, high] = limits(values, 0, .999);
  colourise(values, new Uint32Array(image.data.buffer), palette(map), Math.min(low, 0), high, true);
  context.putImageData(image, 0, 0);
}

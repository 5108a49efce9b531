// An image in a box: zoom with the wheel, two fingers or + and -, move by dragging or with the arrows, 0 fits it in.
import { html, useEffect, useRef, useState } from './ui.js';
import { colourise, palette } from './colours.js';

/**
 * Shows `image` ({ values, columns, rows, x, y, step, whole: [columns, rows] }) with `look` ({ low, high, log, map }); `overlay(context, toScreen)`
 * draws above it; `onPlace({ x, y, value })` is called with the pixel below the pointer.
 */
export function Viewer({ image, look, overlay, onPlace, label, empty }) {
  const canvas = useRef();
  const buffer = useRef(document.createElement('canvas'));
  const view = useRef({ scale: 0, x: 0, y: 0 });   // pixels of the screen a pixel of the image; the image's place at the middle
  const now = useRef({});
  now.current = { image, look, overlay };
  const pointers = useRef(new Map());
  const [zoom, setZoom] = useState(1);

  const fit = () => {
    const { image } = now.current;
    if (!image) return;
    const [w, h] = [canvas.current.clientWidth, canvas.current.clientHeight];
    view.current = { scale: Math.min(w / image.whole[0], h / image.whole[1]), x: image.whole[0] / 2, y: image.whole[1] / 2, fitted: true };
    draw();
  };

  const draw = () => {
    const { image, overlay } = now.current;
    const c = canvas.current;
    if (!c) return;
    const ratio = devicePixelRatio || 1;
    const [w, h] = [c.clientWidth, c.clientHeight];
    if (c.width !== Math.round(w * ratio) || c.height !== Math.round(h * ratio)) [c.width, c.height] = [Math.round(w * ratio), Math.round(h * ratio)];
    const context = c.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, w, h);
    if (!image) return;
    const v = view.current;
    const toScreen = (x, y) => [(x - v.x) * v.scale + w / 2, (y - v.y) * v.scale + h / 2];
    const [left, top] = toScreen(image.x, image.y);
    context.imageSmoothingEnabled = v.scale * image.step < 1;
    context.drawImage(buffer.current, left, top, image.columns * image.step * v.scale, image.rows * image.step * v.scale);
    overlay?.(context, toScreen, v.scale);
    setZoom(v.scale);
  };

  useEffect(() => {
    if (!image) { draw(); return; }
    const b = buffer.current;
    if (b.width !== image.columns || b.height !== image.rows) [b.width, b.height] = [image.columns, image.rows];
    const context = b.getContext('2d');
    const pixels = context.createImageData(image.columns, image.rows);
    colourise(image.values, new Uint32Array(pixels.data.buffer), palette(look.map), look.low, look.high, look.log);
    context.putImageData(pixels, 0, 0);
    if (view.current.scale === 0 || view.current.whole !== image.whole.join()) {
      fit();
      view.current.whole = image.whole.join();
    } else {
      draw();
    }
  }, [image, look.low, look.high, look.log, look.map]);
  useEffect(draw);
  useEffect(() => {
    const size = new ResizeObserver(() => view.current.fitted ? fit() : draw());
    size.observe(canvas.current);
    return () => size.disconnect();
  }, []);

  const zoomBy = (factor, atX, atY) => {
    const v = view.current;
    const [w, h] = [canvas.current.clientWidth, canvas.current.clientHeight];
    const [dx, dy] = [(atX ?? w / 2) - w / 2, (atY ?? h / 2) - h / 2];
    const scale = Math.min(64, Math.max(.02, v.scale * factor));
    Object.assign(v, { x: v.x + dx / v.scale - dx / scale, y: v.y + dy / v.scale - dy / scale, scale, fitted: false });
    draw();
  };
  const move = (dx, dy) => {
    Object.assign(view.current, { x: view.current.x - dx / view.current.scale, y: view.current.y - dy / view.current.scale, fitted: false });
    draw();
  };
  const place = event => {
    const { image } = now.current;
    if (!image) return;
    const box = canvas.current.getBoundingClientRect();
    const v = view.current;
    const x = Math.floor((event.clientX - box.left - box.width / 2) / v.scale + v.x);
    const y = Math.floor((event.clientY - box.top - box.height / 2) / v.scale + v.y);
    const [column, row] = [Math.floor((x - image.x) / image.step), Math.floor((y - image.y) / image.step)];
    const inside = column >= 0 && row >= 0 && column < image.columns && row < image.rows;
    onPlace?.(inside ? { x, y, value: image.values[row * image.columns + column] } : null);
  };
  const down = event => { canvas.current.setPointerCapture(event.pointerId); pointers.current.set(event.pointerId, [event.offsetX, event.offsetY]); };
  const drag = event => {
    place(event);
    const all = pointers.current;
    const before = all.get(event.pointerId);
    if (!before) return;
    const spread = () => { const [a, b] = [...all.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    const wide = all.size === 2 ? spread() : 0;
    all.set(event.pointerId, [event.offsetX, event.offsetY]);
    if (wide > 0) zoomBy(spread() / wide, event.offsetX, event.offsetY);
    else move(event.offsetX - before[0], event.offsetY - before[1]);
  };
  const up = event => pointers.current.delete(event.pointerId);
  const keys = { ArrowLeft: () => move(40, 0), ArrowRight: () => move(-40, 0), ArrowUp: () => move(0, 40), ArrowDown: () => move(0, -40), '+': () => zoomBy(1.25), '=': () => zoomBy(1.25), '-': () => zoomBy(.8), 0: fit };
  return html`<div class="image-box" tabindex="0" role="group" aria-label="${label}: zoom with + and -, move with the arrows, 0 fits it in" onKeyDown=${e => { if (keys[e.key]) { e.preventDefault(); keys[e.key](); } }}
      onWheel=${e => { e.preventDefault(); zoomBy(e.deltaY < 0 ? 1.2 : 1 / 1.2, e.offsetX, e.offsetY); }}>
    <canvas ref=${canvas} onPointerDown=${down} onPointerMove=${drag} onPointerUp=${up} onPointerCancel=${up} onPointerLeave=${() => onPlace?.(null)} onDblClick=${fit} role="img" aria-label=${label}></canvas>
    ${image ? html`<span class="over">${Math.round(zoom * 100)} %${image.step > 1 ? `, largest of ${image.step} x ${image.step}` : ''}</span>` : html`<div class="none">${empty}</div>`}</div>`;
}

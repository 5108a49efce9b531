// The rates of detector and writer over the last minutes.
import uPlot from './uPlot.esm.js';
import { boot, html, clock, fixed, useEffect, useRef } from './ui.js';
import { axes, colour } from './plots.js';
import { on } from './instrument.js';

const kept = 300;   // seconds
const data = [[], [], []];
for (const s of boot.page ?? []) add(s.time, s.detector.images_per_second, s.writer.images_per_second);

on('beats', () => {
  // A second without statistics is one without images.
  const now = Date.now() / 1000;
  if (data[0].length === 0 || now - data[0].at(-1) > 3) add(now, 0, 0);
});
on('statistics', s => s && add(Date.now() / 1000, s.detector.images_per_second, s.writer.images_per_second));

function add(at, detector, writer) {
  [at, detector, writer].forEach((v, i) => data[i].push(v));
  while (data[0].length > kept) data.forEach(d => d.shift());
}

// What the pointer is at, or the newest.
const newest = (plot, value, series) => fixed(value ?? plot.data[series].at(-1));

export function Rates() {
  const box = useRef();
  useEffect(() => {
    const plot = new uPlot({ width: box.current.clientWidth, height: 180, cursor: { y: false }, legend: { live: true }, scales: { x: { time: true, range: () => [Date.now() / 1000 - kept, Date.now() / 1000] }, y: { range: (_, __, top) => [0, Math.max(1, top * 1.1)] } },
      axes: axes(50),
      series: [{ label: 'at', value: (plot, t) => clock(t ?? plot.data[0].at(-1)).slice(-8) }, { label: 'detector, images/s', value: newest, stroke: () => colour('busy'), width: 2, points: { show: false } }, { label: 'writer, images/s', value: newest, stroke: () => colour('ok'), width: 2, dash: [6, 4], points: { show: false } }] }, data, box.current);
    const size = new ResizeObserver(() => plot.setSize({ width: box.current.clientWidth, height: 180 }));
    size.observe(box.current);
    const end = on('beats', () => plot.setData(data));
    return () => { end(); size.disconnect(); plot.destroy(); };
  }, []);
  return html`<div class="chart" ref=${box} role="img" aria-label="Images per second from the detector and to the file, over the last five minutes"></div>`;
}

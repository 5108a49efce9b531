// The plot of a PV: a band from the lowest to the highest value of each interval, with gaps where nothing is known.
import uPlot from './uPlot.esm.js';
import { axes, colour } from './plots.js';
import { html, clock, fixed, useAnswer, useEffect, useRef, useState } from './ui.js';

const spans = [['1 min', 60], ['10 min', 600], ['1 h', 3600], ['1 day', 86400]];
const digits = value => value === null || value === undefined ? '-' : Number(value).toPrecision(6).replace(/\.?0+($|e)/, '$1');
// What the pointer is at, or the newest.
const at = (plot, value, series) => digits(value ?? plot.data[series].findLast(v => v !== null));

export function History({ buffer, pv }) {
  const [seconds, setSeconds] = useState(600);
  const [look, setLook] = useState(0);
  useEffect(() => { const t = setInterval(() => document.hidden || setLook(n => n + 1), seconds > 600 ? 10000 : 2000); return () => clearInterval(t); }, [seconds]);
  const [plot, error] = useAnswer(`api/v1/pvs/${encodeURIComponent(buffer)}/${encodeURIComponent(pv)}/history?seconds=${seconds}`, [look]);
  const box = useRef();
  const drawn = useRef();
  useEffect(() => {
    const line = label => ({ label, value: at, stroke: () => colour('busy'), width: 1.5, points: { show: false } });
    drawn.current = new uPlot({ width: box.current.clientWidth || 300, height: 200, cursor: { y: false }, scales: { x: { time: true } }, bands: [{ series: [2, 1], fill: () => colour('busy-wash') }],
      axes: axes(64), series: [{ label: 'at', value: (plot, t) => clock(t ?? plot.data[0].at(-1)) }, line('lowest'), line('highest')] }, [[], [], []], box.current);
    const size = new ResizeObserver(() => drawn.current.setSize({ width: box.current.clientWidth, height: 200 }));
    size.observe(box.current);
    return () => { size.disconnect(); drawn.current.destroy(); };
  }, []);
  useEffect(() => { if (plot) drawn.current.setData([plot.low.map((_, i) => plot.from + (i + .5) * plot.step), plot.low, plot.high]); }, [plot]);
  const empty = plot && plot.low.every(v => v === null);
  return html`<div><div class="row">${spans.map(([label, s]) => html`<button type="button" class="tiny" aria-pressed=${s === seconds} onClick=${() => setSeconds(s)}>${label}</button>`)}</div>
    ${error && html`<div class="note bad">${error.message}</div>`}
    <div class="chart" ref=${box} role="img" aria-label="${pv} over the last ${spans.find(([, s]) => s === seconds)[0]}" data-points=${plot ? plot.low.filter(v => v !== null).length : ''}></div>
    ${empty && html`<p class="quiet small">${plot.text === null ? 'The buffer has no values for this time.' : html`It is a string: <code>${plot.text}</code>`}</p>`}
    ${plot?.sampled && html`<p class="quiet small">There are so many values that only the first of each interval (${fixed(plot.step, 0)} s) are shown.</p>`}</div>`;
}

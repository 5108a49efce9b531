import { html, show, fixed, num, span, Figure, Mark, Panel, useAnswer, useEffect, useMemo, useRef, useState } from './ui.js';
import { useInstrument } from './instrument.js';
import { follow } from './stream.js';
import { Viewer } from './viewer.js';
import { gradient, limits, mapNames } from './colours.js';

const budget = matchMedia('(max-width: 44rem)').matches ? 300_000 : 1_500_000;   // pixels of an image that are sent
const lossShown = 5;   // seconds for which a module that lost something is marked

/** Draws the modules, and marks those that have lost something of late. */
function modulesOver(positions, lossy) {
  return (context, toScreen) => {
    context.font = '600 12px system-ui, sans-serif';
    for (const [name, [x1, y1, x2, y2]] of positions) {
      const [left, top] = toScreen(Math.min(x1, x2), Math.min(y1, y2));
      const [right, bottom] = toScreen(Math.max(x1, x2) + 1, Math.max(y1, y2) + 1);
      const lost = lossy.get(Number(name));
      context.strokeStyle = lost ? '#ff8a7e' : '#56c7bf';
      context.lineWidth = lost ? 3 : 1;
      context.setLineDash(lost ? [8, 4] : []);
      context.strokeRect(left, top, right - left, bottom - top);
      const text = lost ? `module ${name}: lost ${lost}` : `module ${name}`;
      context.fillStyle = '#000b';
      context.fillRect(left + 2, top + 2, context.measureText(text).width + 10, 18);
      context.fillStyle = lost ? '#ff8a7e' : '#d7efec';
      context.fillText(text, left + 7, top + 15);
    }
    context.setLineDash([]);
  };
}

function Live() {
  const { losses, isOld } = useInstrument();
  const [image, setImage] = useState(null);
  const [header, setHeader] = useState(null);
  const [link, setLink] = useState('connecting');
  const [paused, setPaused] = useState(false);
  const [place, setPlace] = useState(null);
  const [look, setLook] = useState({ auto: true, share: 99.5, low: 0, high: 100, log: false, map: 'ember', modules: true });
  const [config] = useAnswer('api/v1/config');
  const pausedNow = useRef(false);
  pausedNow.current = paused;
  const shown = useRef([]);
  useEffect(() => follow(() => pausedNow.current ? null : { pixels: budget }, (head, values) => {
    setHeader({ ...head, heard: performance.now() });
    if (!values) return;
    shown.current = shown.current.filter(t => performance.now() - t < 3000).concat(performance.now());
    setImage({ values, columns: head.columns, rows: head.rows, x: head.x, y: head.y, step: head.step, frame: head.frame, whole: [head.image_columns, head.image_rows] });
  }, setLink), []);
  const [low, high] = useMemo(() => !look.auto ? [look.low, Math.max(look.low + 1e-9, look.high)] : image ? limits(image.values, (100 - look.share) / 100, look.share / 100) : [0, 1], [image, look]);
  const positions = Object.entries(config?.config.module_positions ?? {}).map(([k, p]) => [k, Array.isArray(p) ? p : [p.start_x, p.start_y, p.end_x, p.end_y]]).filter(([, p]) => p.every(Number.isFinite));
  const lossy = new Map();
  for (const l of losses ?? []) if (l.module >= 0 && Date.now() / 1000 - l.last < lossShown) lossy.set(l.module, (lossy.get(l.module) ?? 0) + l.count);
  const set = (name, value) => setLook({ ...look, [name]: value });
  const age = typeof header?.age_s === 'number' ? header.age_s + (performance.now() - header.heard) / 1000 : null;
  const fresh = link === 'open' && age !== null && age !== undefined && age < 2;
  const rate = shown.current.length > 1 ? (shown.current.length - 1) / ((performance.now() - shown.current[0]) / 1000) : 0;
  const mark = link !== 'open' ? ['old', 'not connected'] : paused ? ['off', 'paused'] : fresh ? ['ok', 'live'] : image ? ['old', `the last image is ${span(age)} old`] : ['warn', 'no image yet'];
  return html`<div class="side-by-side"><div class="stack">
      <${Viewer} image=${image} look=${{ ...look, low, high }} overlay=${look.modules ? modulesOver(positions, lossy) : null} onPlace=${setPlace} label="The newest image"
        empty=${html`<div><b>${link === 'open' ? 'No image has arrived' : 'Connecting ...'}</b><br />${link === 'open' && html`The detector, or the program <code>live-stream</code>, may not be running.<br />See the <a href="./" style="color:#7fe0d8">overview</a>.`}</div>`} />
      <div class="row small"><span class="mono num">${place ? `x ${place.x}, y ${place.y}: ${Number.isInteger(place.value) ? num(place.value) : place.value}` : 'Point at a pixel to see its value.'}</span></div></div>
    <div class="stack"><${Panel} title="Image" aside=${html`<${Mark} kind=${isOld ? 'old' : mark[0]}>${mark[1]}</${Mark}>`}>
      <dl class="facts"><dt>Id</dt><dd data-frame>${num(image?.frame)}</dd><dt>Size</dt><dd>${header?.image_columns ? `${header.image_columns} x ${header.image_rows}, ${header.image_type}` : '-'}</dd><dt>Age</dt><dd>${span(age)}</dd>
        <dt>Stream</dt><dd>${fixed(header?.per_second)} images/s</dd><dt>Shown</dt><dd>${fixed(rate)} images/s</dd><dt>Viewers</dt><dd>${num(header?.viewers)}</dd></dl>
      <p style="margin:var(--s3) 0 0"><button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? 'Resume' : 'Hold this image'}</button></p></${Panel}>
    <${Panel} title="Contrast"><div class="stack" style="gap:var(--s3)">
      <label class="inline"><input type="checkbox" checked=${look.auto} onChange=${e => setLook({ ...look, auto: e.target.checked, low: Math.round(low), high: Math.round(high) })} /> Adapt to the image</label>
      ${look.auto ? html`<label><span>Of the pixels in the colours: ${look.share} %</span><input type="range" min="90" max="100" step="0.1" value=${look.share} onInput=${e => set('share', Number(e.target.value))} /></label>`
        : html`<div class="form" style="grid-template-columns:1fr 1fr"><label><span>From</span><input type="number" value=${look.low} onInput=${e => set('low', Number(e.target.value))} /></label><label><span>To</span><input type="number" value=${look.high} onInput=${e => set('high', Number(e.target.value))} /></label></div>`}
      <label class="inline"><input type="checkbox" checked=${look.log} onChange=${e => set('log', e.target.checked)} /> Logarithmic</label>
      <label><span>Colours</span><select value=${look.map} onChange=${e => set('map', e.target.value)}>${mapNames.map(m => html`<option value=${m} selected=${m === look.map}>${m}</option>`)}</select></label>
      <div><div class="swatch" style="background:${gradient(look.map)}"></div><div class="row small num" style="justify-content:space-between"><span>${num(low)}</span><span>${num(high)}</span></div></div></div></${Panel}>
    <${Panel} title="Modules"><label class="inline"><input type="checkbox" checked=${look.modules} onChange=${e => set('modules', e.target.checked)} /> Show their positions</label>
      <p class="small" style="margin:var(--s2) 0 0">${lossy.size === 0 ? html`<${Mark} kind="ok">No losses in the last ${lossShown} s</${Mark}>` : html`<${Mark} kind="bad">Losses in the last ${lossShown} s in ${[...lossy.keys()].map(m => `module ${m}`).join(', ')}</${Mark}>`}</p></${Panel}></div></div>`;
}

show(html`<${Live} />`);

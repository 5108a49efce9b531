// The Reduction page: follows the status of one instrument and draws its last result.
import uPlot from './uPlot.esm.js';
import { paint } from './colours.js';
import { clock } from './ui.js';

const page = document.getElementById('reduction');
const silentAfter = 5;      // seconds without a status: the program writes one several times a second
const charts = new Map();   // name -> { figure, plot | canvas }
let shown = 0;
let fetching = false;

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const text = (id, value) => { document.getElementById(id).textContent = value; };
const number = value => Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(6);

function showStatus({ status, age_s: age }) {
  if (!status) return;
  text('state', status.state);
  text('run', status.run ?? '-');
  text('lag', status.lag_s.toFixed(1));
  text('idle', status.idle_percent.toFixed(0));
  for (const name of ['reduced', 'failed', 'lost', 'restarts']) text(name, status[name]);
  text('source', status.source + (status.last_restart ? `; last restart: ${status.last_restart}` : ''));
  showBanner(status, age);
  showFailure(status.failure);
  document.getElementById('scripts').replaceChildren(...status.scripts.map(showScript));
  if (status.result_version !== shown && status.result_version > 0) showResult(status);
}

function showBanner(status, age) {
  const banner = document.getElementById('banner');
  const silent = age > silentAfter;
  banner.classList.toggle('bad', silent);
  banner.hidden = !silent && !status.stale;
  banner.textContent = silent ? `No update from the reduction for ${age.toFixed(0)} s: the display is out of date.` : status.stale ? `Stale: ${status.stale_reason}.` : '';
  document.getElementById('plots').classList.toggle('stale', silent || status.stale);
}

function showFailure(failure) {
  document.getElementById('failure').hidden = !failure;
  if (!failure) return;
  const line = failure.line ? `, line ${failure.line}` : '';
  const chunk = failure.chunk ? `, chunk ${failure.chunk} of run ${failure.run}` : '';
  text('failure-title', `${failure.script.split('/').pop()}${line}${chunk}: ${failure.message}`);
  text('traceback', failure.traceback);
}

function showScript(script) {
  const row = document.createElement('tr');
  for (const value of [script.role, script.state, script.md5 ?? '', script.path]) {
    const cell = document.createElement('td');
    cell.textContent = value;
    row.append(cell);
  }
  return row;
}

async function showResult(status) {
  if (fetching) return;
  fetching = true;
  try {
    const base = `api/reduction/${encodeURIComponent(status.instrument)}`;
    const result = await (await fetch(`${base}/result`)).json();
    const numbers = result.items.filter(i => i.kind === 'number');
    result.items.filter(i => i.kind === 'curve').forEach(showCurve);
    for (const item of result.items.filter(i => i.kind === 'image')) await showImage(item, base);
    if (numbers.length > 0) showNumbers(numbers);
    const names = new Set(result.items.map(i => i.name).concat(numbers.length > 0 ? [':numbers'] : []));
    for (const name of [...charts.keys()].filter(n => !names.has(n))) {
      charts.get(name).figure.remove();
      charts.delete(name);
    }
    text('made', `result ${result.version}, ${clock(result.time)}: ${result.chunks} chunks of run ${result.run}${result.is_final ? ', which has ended' : ''}`);
    document.getElementById('plots').dataset.version = result.version;
    shown = result.version;
  } finally {
    fetching = false;
  }
}

function chart(name, title) {
  let entry = charts.get(name);
  if (!entry) {
    entry = { figure: document.createElement('figure') };
    entry.figure.dataset.name = name;
    entry.figure.append(Object.assign(document.createElement('figcaption'), { textContent: title }));
    document.getElementById('plots').append(entry.figure);
    charts.set(name, entry);
  }
  return entry;
}

function showCurve(item) {
  const data = [item.x ?? item.y.map((_, i) => i), item.y];
  const entry = chart(item.name, item.labels.title ?? item.name);
  if (entry.plot) {
    entry.plot.setData(data);
  } else {
    const axis = { stroke: () => colour('muted'), grid: { stroke: () => colour('line'), width: 1 }, ticks: { stroke: () => colour('line'), width: 1 } };
    const width = () => Math.min(640, entry.figure.clientWidth || document.getElementById('plots').clientWidth);
    entry.plot = new uPlot({
      width: width(), height: Math.round(width() * .55), legend: { live: true }, scales: { x: { time: false } },
      axes: [{ ...axis, label: item.labels.xlabel ?? '' }, { ...axis, label: item.labels.ylabel ?? '', size: 70 }],
      series: [{ label: item.labels.xlabel ?? 'x' }, { label: item.name, stroke: () => colour('accent'), width: 1.5 }],
    }, data, entry.figure);
    new ResizeObserver(() => width() !== entry.plot.width && entry.plot.setSize({ width: width(), height: Math.round(width() * .55) })).observe(document.getElementById('plots'));
  }
  entry.figure.dataset.points = item.y.length;
  entry.figure.dataset.sum = item.y.reduce((sum, y) => sum + y, 0);
}

async function showImage(item, base) {
  const response = await fetch(`${base}/images/${encodeURIComponent(item.name)}`);
  if (!response.ok) return;
  const [rows, columns] = ['X-Rows', 'X-Columns'].map(h => Number(response.headers.get(h)));
  const entry = chart(item.name, `${item.labels.title ?? item.name} (${item.shape.join(' x ')}, logarithmic)`);
  if (!entry.canvas) {
    entry.canvas = Object.assign(document.createElement('canvas'), { className: 'image' });
    entry.figure.append(entry.canvas);
  }
  paint(entry.canvas, new Float32Array(await response.arrayBuffer()), rows, columns);
}

function showNumbers(numbers) {
  const entry = chart(':numbers', 'numbers');
  const list = document.createElement('dl');
  for (const item of numbers) {
    list.append(Object.assign(document.createElement('dt'), { textContent: item.name }));
    list.append(Object.assign(document.createElement('dd'), { textContent: `${number(item.value)} ${item.labels.unit ?? ''}` }));
  }
  entry.list?.remove();
  entry.list = list;
  entry.figure.append(list);
}

if (page) {
  const events = new EventSource(`api/reduction/${encodeURIComponent(page.dataset.instrument)}/events`);
  events.onmessage = event => showStatus(JSON.parse(event.data));
  events.onerror = () => {
    const banner = document.getElementById('banner');
    Object.assign(banner, { hidden: false, textContent: 'The web server does not answer: the display is out of date.' });
    banner.classList.add('bad');
    document.getElementById('plots').classList.add('stale');
  };
}

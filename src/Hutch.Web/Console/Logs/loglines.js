// Log lines as they come: filtered, paused, saved.
import { html, useEffect, useMemo, useRef, useState } from './ui.js';

const most = 5000;   // lines that are kept

const kindOf = line => / (ERROR|CRITICAL|fail|crit)\b|\[(?:ERR|CRT)\]/i.test(line.slice(0, 120)) ? 'bad' : / (WARN|WARNING|warn)\b/i.test(line.slice(0, 120)) ? 'warn' : '';

/** The lines of some services, or of all when none are named. */
export function LogLines({ names = [], several = false }) {
  const [lines, setLines] = useState([]);
  const [filter, setFilter] = useState('');
  const [level, setLevel] = useState('');
  const [paused, setPaused] = useState(false);
  const box = useRef();
  const waiting = useRef([]);
  const key = names.join(' ');
  useEffect(() => {
    setLines([]);
    waiting.current = [];
    const source = new EventSource(`api/v1/logs?follow=true${names.map(n => `&name=${encodeURIComponent(n)}`).join('')}`);
    source.addEventListener('log', event => waiting.current.push(event.data));
    source.onopen = () => { waiting.current = []; setLines([]); };   // what was there comes again
    const timer = setInterval(() => {
      if (waiting.current.length === 0 || pausedNow.current) return;
      const fresh = waiting.current;
      waiting.current = [];
      setLines(before => before.concat(fresh).slice(-most));
    }, 200);
    const leave = () => source.close();
    addEventListener('pagehide', leave);
    return () => { source.close(); clearInterval(timer); removeEventListener('pagehide', leave); };
  }, [key]);
  const pausedNow = useRef(false);
  pausedNow.current = paused;
  const shown = useMemo(() => lines.filter(l => l.toLowerCase().includes(filter.toLowerCase()) && (!level || kindOf(l) === 'bad' || level === 'warn' && kindOf(l) === 'warn')), [lines, filter, level]);
  const atEnd = useRef(true);
  useEffect(() => { if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight; }, [shown]);
  const save = () => {
    const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([shown.join('\n') + '\n'], { type: 'text/plain' })), download: `${key.replaceAll(' ', '-') || 'hutch'}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.log` });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return html`<div class="stack" style="gap:var(--s3)">
    <div class="row"><label class="inline grow"><span class="sr">Filter lines</span><input type="search" placeholder="Show lines with ..." value=${filter} onInput=${e => setFilter(e.target.value)} /></label>
      <label class="inline"><span class="sr">Level</span><select value=${level} onChange=${e => setLevel(e.target.value)}><option value="">all levels</option><option value="warn">warnings, errors</option><option value="bad">errors</option></select></label>
      <button type="button" aria-pressed=${paused} onClick=${() => setPaused(!paused)}>${paused ? 'Go on' : 'Pause'}</button><button type="button" onClick=${save} disabled=${shown.length === 0}>Save</button></div>
    <div class="log" ref=${box} tabindex="0" role="log" aria-label="Log lines" onScroll=${e => { atEnd.current = e.target.scrollHeight - e.target.scrollTop - e.target.clientHeight < 40; }}>
      ${shown.slice(-1500).map((line, i) => html`<div key=${i} class=${kindOf(line)}>${several ? html`<b>${line.slice(0, line.indexOf(':'))}</b>${line.slice(line.indexOf(':'))}` : line}</div>`)}
      ${shown.length === 0 && html`<div class="quiet">${lines.length ? 'No line matches the filter.' : 'No lines yet.'}</div>`}</div>
    <div class="quiet small">${shown.length} of ${lines.length} lines${paused ? '; paused, new ones are held back' : ', following'}</div></div>`;
}

// What every page is made of: the view library, a few parts, and how numbers are shown.
import { html, render, Component, useState, useEffect, useRef, useMemo, useCallback } from './preact.js';

export { html, render, Component, useState, useEffect, useRef, useMemo, useCallback };

/** What the server knew when it sent the page. */
export const boot = JSON.parse(document.getElementById('boot').textContent);

/** Whether this visitor may change anything; who may not sees no buttons. */
export const may = boot.role === 'operator';

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const num = value => value === null || value === undefined ? '-' : grouped.format(value);
export const fixed = (value, digits = 1) => value === null || value === undefined ? '-' : Number(value).toFixed(digits);

export function bytes(value) {
  if (value === null || value === undefined) return '-';
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let step = 0;
  while (Math.abs(value) >= 1000 && step < units.length - 1) [value, step] = [value / 1000, step + 1];
  return `${value.toFixed(step === 0 || value >= 100 ? 0 : 1)} ${units[step]}`;
}

export function span(seconds) {
  if (seconds === null || seconds === undefined) return '-';
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return seconds < 172800 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.floor(seconds / 86400)} d`;
}

/** The time of day, with the day if that is not today; seconds since 1970 or ISO text. */
export function clock(when) {
  if (!when) return '-';
  const date = typeof when === 'number' ? new Date(when * 1000) : new Date(when);
  const pad = n => String(n).padStart(2, '0');
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  return date.toDateString() === new Date().toDateString() ? time : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${time}`;
}

export const Mark = ({ kind, children }) => html`<span class="mark ${kind}">${children}</span>`;

export const Panel = ({ title, aside, children, label }) => html`<section class="panel" aria-label=${label ?? title}>
  ${title && html`<header><h2>${title}</h2>${aside && html`<div class="aside">${aside}</div>`}</header>`}${children}</section>`;

export const Empty = ({ title, children }) => html`<div class="empty"><b>${title}</b>${children}</div>`;

export const Figure = ({ value, unit, label, kind }) => html`<div class=${kind ?? ''}><b>${value} ${unit && html`<small>${unit}</small>`}</b><span>${label}</span></div>`;

/** Tells the visitor something, also those who hear the page. */
export function tell(text, kind = 'ok') {
  const place = document.getElementById('told');
  const box = Object.assign(document.createElement('div'), { className: kind });
  const close = Object.assign(document.createElement('button'), { className: 'tiny', textContent: 'Close', onclick: () => box.remove() });
  box.append(Object.assign(document.createElement('span'), { className: 'grow', textContent: text }), close);
  place.append(box);
  setTimeout(() => box.remove(), kind === 'bad' ? 20000 : 5000);
}

/** Asks the server; the paths are relative, so that the console works under any prefix. */
export async function api(path, { method = 'GET', body, headers, raw } = {}) {
  const answer = await fetch(path, { method, body: body === undefined ? undefined : JSON.stringify(body), headers: { ...body !== undefined && { 'Content-Type': 'application/json' }, ...headers } });
  if (answer.status === 401) location.assign(`login?to=${encodeURIComponent(location.pathname.split('/').pop() + location.search)}`);
  if (raw && answer.ok) return answer;
  const text = await answer.text();
  let json;
  try { json = text ? JSON.parse(text) : null; } catch { json = null; }
  if (!answer.ok) throw Object.assign(new Error(json?.detail ?? json?.message ?? (text || `the server answers ${answer.status}`)), { status: answer.status, answer: json });
  return json;
}

/** A button that does something on the server: it says what it waits for, and what went wrong. Readers do not see it. */
export function Action({ label, doing, run, done, kind = '', disabled, title, question, name }) {
  const [busy, setBusy] = useState(false);
  if (!may) return null;
  const click = async () => {
    if (question && !confirm(question)) return;
    setBusy(true);
    try {
      const said = await run();
      if (done) tell(typeof done === 'function' ? done(said) : done);
    } catch (error) {
      tell(error.message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  return html`<button type="button" class=${kind} disabled=${disabled || busy} title=${title} aria-label=${name} onClick=${click}>${busy ? doing ?? `${label} ...` : label}</button>`;
}

/** A window above the page. */
export function Dialog({ title, onClose, children, aside }) {
  const ref = useRef();
  useEffect(() => { ref.current.showModal(); }, []);
  return html`<dialog ref=${ref} onClose=${onClose} aria-label=${title}><header><h2 class="grow">${title}</h2>${aside}<button type="button" autofocus onClick=${() => ref.current.close()}>Close</button></header><div>${children}</div></dialog>`;
}

/** What the server answers to a path: asked at once, again when something in `again` changes, and when the server is back. */
export function useAnswer(path, again = [], initial = null) {
  const [answer, setAnswer] = useState({ value: initial, error: null });
  const load = useCallback(async () => {
    if (!path) return;
    try {
      const value = await api(path);
      setAnswer({ value, error: null });
    } catch (error) {
      setAnswer(before => ({ value: before.value, error }));
    }
  }, [path]);
  useEffect(() => { load(); }, [path, ...again]);
  return [answer.value, answer.error, load];
}

/** Puts a page into its place. */
export const show = view => render(view, document.getElementById('page'));

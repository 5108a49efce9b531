// What the server reports about the instrument, kept for all parts of the page: server-sent events, and how old the last of them is.
import { boot, useEffect, useState } from './ui.js';

const silentAfter = 5000;   // milliseconds; a beat comes every second

export const instrument = { ...boot.instrument, back: 0, heard: performance.now(), isOld: false };
const followers = new Set();
const listeners = new Map();

/** Calls a function with the data of each event of a type. */
export function on(type, f) {
  if (!listeners.has(type)) listeners.set(type, new Set());
  listeners.get(type).add(f);
  return () => listeners.get(type).delete(f);
}

/** The state, in a part of the page that is drawn again whenever it changes. */
export function useInstrument() {
  const [, draw] = useState(0);
  useEffect(() => {
    const follow = () => draw(n => n + 1);
    followers.add(follow);
    return () => followers.delete(follow);
  }, []);
  return instrument;
}

export function useEvent(type, f) {
  useEffect(() => on(type, f), []);
}

const take = {
  writer: data => { instrument.writer = data; },
  beats: data => { Object.assign(instrument, data); note('services'); },
  statistics: data => { instrument.statistics = data; instrument.statisticsAt = performance.now(); },
};

function note(type, data) {
  for (const f of listeners.get(type) ?? []) f(data);
}

function news(type, data) {
  instrument.heard = performance.now();
  take[type]?.(data);
  note(type, data);
  changed();
}

function changed() {
  instrument.isOld = performance.now() - instrument.heard > silentAfter;
  for (const f of followers) f();
}

const types = ['writer', 'acquisition', 'config', 'deployment', 'statistics', 'service', 'request', 'audit', 'beats', 'alive', 'missed'];
let source;

function connect() {
  source?.close();
  source = new EventSource('api/v1/events');
  for (const type of types) source.addEventListener(type, event => news(type, JSON.parse(event.data)));
  source.onopen = () => { instrument.back++; note('back'); };
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000); };
}

// A browser opens six connections to a server at most: a page that nobody sees gives its own up.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) source?.close();
  else connect();
});
addEventListener('pagehide', () => source?.close());
setInterval(changed, 1000);
if (!document.hidden) connect();

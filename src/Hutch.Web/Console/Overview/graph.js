// The services and what they depend on, from left to right.
import { html } from './ui.js';
import { families, stateOfAll } from './services.js';

const [width, height, gapX, gapY] = [150, 44, 56, 14];

// Many instances of one entry are one box, with the dependencies of all.
function boxes(services) {
  const grouped = families(services);
  const boxOf = new Map(grouped.flatMap(([name, members]) => members.map(s => [s.name, name])));
  return grouped.map(([name, members]) => ({ name, members, dependencies: [...new Set(members.flatMap(s => s.dependencies).map(d => boxOf.get(d)).filter(d => d && d !== name))] }));
}

function layers(services) {
  const byName = new Map(services.map(s => [s.name, s]));
  const depth = new Map();
  const visit = (name, above) => {
    if (depth.has(name)) return depth.get(name);
    if (above.has(name)) return 0;
    const needs = (byName.get(name)?.dependencies ?? []).filter(d => byName.has(d));
    const own = needs.length ? 1 + Math.max(...needs.map(d => visit(d, new Set([...above, name])))) : 0;
    depth.set(name, own);
    return own;
  };
  services.forEach(s => visit(s.name, new Set()));
  const columns = [];
  for (const s of services) (columns[depth.get(s.name)] ??= []).push(s);
  return columns;
}

export function Graph({ services: all, isOld }) {
  const services = boxes(all);
  const columns = layers(services);
  const rows = Math.max(...columns.map(c => c.length));
  const total = [columns.length * (width + gapX) - gapX, rows * (height + gapY) - gapY];
  const place = new Map();
  columns.forEach((column, x) => column.forEach((s, y) => place.set(s.name, [x * (width + gapX), (y + (rows - column.length) / 2) * (height + gapY)])));
  const edges = services.flatMap(s => s.dependencies.filter(d => place.has(d)).map(d => [place.get(d), place.get(s.name)]));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Dependency graph"><svg class="graph" viewBox="-3 -3 ${total[0] + 6} ${total[1] + 6}" style="min-width:${Math.min(total[0], 640)}px" role="img" aria-label="Which service depends on which">
    <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" /></marker></defs>
    ${edges.map(([[x1, y1], [x2, y2]]) => html`<path marker-end="url(#tip)" d="M${x1 + width} ${y1 + height / 2} C ${x1 + width + gapX / 2} ${y1 + height / 2}, ${x2 - gapX / 2} ${y2 + height / 2}, ${x2 - 2} ${y2 + height / 2}" />`)}
    ${services.map(s => {
      const [x, y] = place.get(s.name);
      const [kind, word] = stateOfAll(s.members, isOld);
      return html`<g key=${s.name}><rect class=${kind} x=${x} y=${y} width=${width} height=${height} rx="6" /><text x=${x + 12} y=${y + 19}>${s.name.length > 18 ? `${s.name.slice(0, 17)}…` : s.name}</text><text class="quiet" x=${x + 12} y=${y + 34}>${word}${s.members.some(m => m.waits_for) ? ', waits' : ''}</text></g>`;
    })}
  </svg></div>`;
}

import { html, show, clock, Empty, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { useInstrument, on } from './instrument.js';
import { LogLines } from './loglines.js';
import { families } from './services.js';

function Services() {
  const { services, beamline_error: error } = useInstrument();
  const [chosen, choose] = useState([]);
  if (!services) return html`<${Empty} title="No beamline found">${error ?? ''} Start one with <code>hutch up FILE</code>.</${Empty}>`;
  const groups = families(services);
  const names = groups.filter(([name]) => chosen.includes(name)).flatMap(([, members]) => members.map(s => s.name));
  const toggle = name => choose(chosen.includes(name) ? chosen.filter(n => n !== name) : [...chosen, name]);
  return html`<${Panel} title="Logs of the services"><div class="row" style="margin-bottom:var(--s3)" role="group" aria-label="Services">
    <button type="button" class="tiny" aria-pressed=${chosen.length === 0} onClick=${() => choose([])}>all</button>
    ${groups.map(([name, members]) => html`<button type="button" class="tiny" key=${name} aria-pressed=${chosen.includes(name)} onClick=${() => toggle(name)}>${name}${members.length > 1 ? ` (${members.length})` : ''}</button>`)}</div>
    <${LogLines} names=${names} several=${names.length !== 1} /></${Panel}>`;
}

function Audit() {
  const { back } = useInstrument();
  const [fresh, setFresh] = useState(0);
  useEffect(() => on('audit', () => setFresh(n => n + 1)), []);
  const [entries, error] = useAnswer('api/v1/audit?n=50', [back, fresh]);
  return html`<${Panel} title="Who did what" aside=${html`<span class="quiet small">the newest 50</span>`}>
    ${error && html`<div class="note bad">${error.message}</div>`}
    ${entries?.length === 0 ? html`<${Empty} title="No changes yet">Starts, stops and changes of the configuration are listed here.</${Empty}>`
      : html`<div class="scroll"><table class="cards"><thead><tr><th>When</th><th>Who</th><th>From</th><th>What</th><th>How it went</th></tr></thead><tbody>
      ${entries?.map(e => html`<tr key=${e.time + e.path}><td data-label="When" class="nowrap">${clock(e.time)}</td><td data-label="Who">${e.who}</td><td data-label="From">${e.from}</td><td data-label="What" class="wide"><code class="wrap">${e.method} ${e.path}</code></td><td data-label="How it went" class="wide wrap"><${Mark} kind=${e.status < 400 ? 'ok' : 'bad'}>${e.status}</${Mark}> <span class="small">${e.error ?? ''}</span></td></tr>`)}</tbody></table></div>`}</${Panel}>`;
}

function Events() {
  const [events, setEvents] = useState([]);
  useEffect(() => {
    const add = type => data => setEvents(before => [{ at: Date.now() / 1000, type, data }, ...before].slice(0, 100));
    const ends = [on('service', add('service')), on('acquisition', add('acquisition')), on('config', add('config')), on('deployment', add('deployment')), on('request', add('request'))];
    return () => ends.forEach(end => end());
  }, []);
  const say = ({ type, data }) => type === 'service' ? `${data.name} is ${data.state}${data.ready ? ', ready' : ''}${data.last_error ? `; last error: ${data.last_error}` : ''}`
    : type === 'acquisition' ? `${data.info.output_file}: ${data.state}, ${data.message}` : type === 'config' ? `configuration ${data.config_id}` : type === 'deployment' ? `${data.message}` : `request ${data.request_id}: ${data.state}`;
  return html`<${Panel} title="Events" aside=${html`<span class="quiet small">since this page was opened</span>`}>
    ${events.length === 0 ? html`<${Empty} title="Nothing yet">Changes of services, acquisitions, configuration and requests appear here.</${Empty}>`
      : html`<div class="scroll"><table><tbody>${events.map((e, i) => html`<tr key=${events.length - i}><td class="nowrap">${clock(e.at)}</td><td>${e.type}</td><td class="wrap">${say(e)}</td></tr>`)}</tbody></table></div>`}</${Panel}>`;
}

show(html`<${Services} /><div class="pair"><${Events} /><${Audit} /></div>`);

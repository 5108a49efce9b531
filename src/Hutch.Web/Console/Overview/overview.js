import { html, show, api, bytes, fixed, num, span, clock, Action, Dialog, Empty, Figure, Mark, Panel, useAnswer, useState } from './ui.js';
import { useInstrument } from './instrument.js';
import { stateOf, troubleOf, troublesOf, rateOf } from './services.js';
import { Graph } from './graph.js';
import { LogLines } from './loglines.js';

const mostTroubles = 5;
const many = 20;   // services from which on a row is one line

function Verdict({ services, error, isOld, store, findings }) {
  if (isOld) return html`<div class="verdict warn"><${Mark} kind="old">Unknown</${Mark}><div>The server does not answer; the page below is out of date.</div></div>`;
  if (!services) return html`<div class="verdict warn"><${Mark} kind="warn">No beamline</${Mark}><div class="wrap">${error ?? 'Asking ...'}</div></div>`;
  const troubles = troublesOf(services);
  if (store?.away) troubles.push(`the store does not answer: ${num(store.waiting)} entries are waiting, and nothing is lost up to 100,000`);
  const off = services.filter(s => !s.wanted).length;
  const ready = services.filter(s => s.state === 'running' && s.ready).length;
  const changes = findings?.filter(f => f.verdict === 'change').length ?? 0;
  const kind = troubles.length ? 'bad' : off ? 'warn' : 'ok';
  return html`<div class="verdict ${kind}" role="status"><${Mark} kind=${kind}>${troubles.length ? `${troubles.length} ${troubles.length === 1 ? 'thing is' : 'things are'} wrong` : off ? 'Partly stopped' : 'All is well'}</${Mark}>
    <div class="grow wrap">${ready} of ${services.length} services are ready${off ? `, ${off} ${off === 1 ? 'is' : 'are'} not wanted to run` : ''}.
      ${changes > 0 && html` <a href="#host">${changes} ${changes === 1 ? 'setting' : 'settings'} of the host should be changed.</a>`}
      ${troubles.length > 0 && html`<ul>${troubles.slice(0, mostTroubles).map(t => html`<li>${t}</li>`)}${troubles.length > mostTroubles && html`<li>and ${troubles.length - mostTroubles} more: see the services marked below</li>`}</ul>`}</div></div>`;
}

function Figures({ statistics, statisticsAt, losses, services, writer }) {
  const fresh = statistics && (!statisticsAt || performance.now() - statisticsAt < 4000);
  const detector = fresh ? statistics.detector : { images_per_second: 0, bytes_per_second: 0 };
  const written = fresh ? statistics.writer : { images_per_second: 0, bytes_per_second: 0 };
  const recent = (losses ?? []).filter(l => Date.now() / 1000 - l.last < 60);
  return html`<div class="figures">
    <${Figure} value=${fixed(detector.images_per_second)} unit="images/s" label="from the detector" />
    <${Figure} value=${bytes(detector.bytes_per_second).split(' ')[0]} unit="${bytes(detector.bytes_per_second).split(' ')[1]}/s" label="of pixels" />
    <${Figure} value=${fixed(written.images_per_second)} unit="images/s" label="into the file" />
    <${Figure} value=${num((losses ?? []).reduce((n, l) => n + l.count, 0))} label=${recent.length ? `losses, the last ${span(Date.now() / 1000 - Math.max(...recent.map(l => l.last)))} ago` : 'losses, none in the last minute'} kind=${recent.length ? 'bad' : ''} />
    <${Figure} value=${num((services ?? []).reduce((n, s) => n + s.restarts, 0))} label="restarts" />
    <${Figure} value=${bytes((services ?? []).reduce((n, s) => n + (s.memory_bytes ?? 0), 0))} label="memory of all services" />
  </div>`;
}

const act = (names, action) => () => api(`api/v1/services/${action}?timeout=60&${names.map(n => `name=${encodeURIComponent(n)}`).join('&')}`, { method: 'POST' });

function Actions({ service, openLogs }) {
  const runs = service.wanted;
  return html`<div class="row once">
    ${runs
      ? html`<${Action} kind="tiny" label="Restart" doing="Restarting ..." name="Restart ${service.name}" run=${act([service.name], 'restart')} done="${service.name} runs again" />
        <${Action} kind="tiny" label="Stop" doing=${service.waits_for ? 'Waits ...' : 'Stopping ...'} name="Stop ${service.name}" run=${act([service.name], 'stop')} done="${service.name} is stopped"
          question=${service.dependants.length ? `${service.dependants.join(', ')} depend on ${service.name} and will wait for it. Stop it?` : null} />`
      : html`<${Action} kind="tiny" label="Start" doing="Starting ..." name="Start ${service.name}" run=${act([service.name], 'start')} done="${service.name} runs" />`}
    <button type="button" class="tiny" aria-label="Logs of ${service.name}" onClick=${() => openLogs(service.name)}>Logs</button>
  </div>`;
}

function Row({ service, isOld, openLogs }) {
  const [kind, word] = stateOf(service, isOld);
  return html`<tr data-service=${service.name}>
    <td data-label="Service"><b>${service.name}</b><br /><span class="quiet small">${service.node ?? service.container}${service.pid ? html`<span class="detail">, pid ${service.pid}</span>` : ''}</span></td>
    <td data-label="State"><${Mark} kind=${kind}>${word}</${Mark}>${service.wanted !== (service.state === 'running') && html`<br /><span class="quiet small">wanted: ${service.wanted ? 'running' : 'stopped'}</span>`}</td>
    <td data-label="Last beat" class="num nowrap">${service.heartbeat_age_s === null || service.heartbeat_age_s === undefined ? '' : `${span(service.heartbeat_age_s)} ago`}</td>
    <td data-label="Rate" class="num nowrap">${rateOf(service)}</td>
    <td data-label="CPU" class="num nowrap">${service.cpu_percent === null ? '' : `${fixed(service.cpu_percent, 0)} %`}</td>
    <td data-label="Memory" class="num nowrap">${service.memory_bytes ? bytes(service.memory_bytes) : ''}</td>
    <td data-label="Up" class="num nowrap">${service.uptime_s === null ? '' : span(service.uptime_s)}</td>
    <td data-label="Restarts" class="num">${service.restarts}</td>
    <td data-label="Waits for, last error" class="wide wrap"><div class="brief" title=${service.last_error}>${service.waits_for && html`<${Mark} kind="busy">waits for ${service.waits_for}</${Mark}> <span class="quiet small">since ${clock(service.waits_since)}</span> `}${service.last_error && html`<span class="quiet small">last error: ${service.last_error}</span>`}</div></td>
    <td class="wide"><${Actions} service=${service} openLogs=${openLogs} /></td>
  </tr>`;
}

function Services({ services, isOld, openLogs }) {
  const [filter, setFilter] = useState('');
  const [chosen, choose] = useState('all');
  const groups = { all: services, wrong: services.filter(s => troubleOf(s)), stopped: services.filter(s => !s.wanted) };
  const shown = groups[chosen].filter(s => `${s.name} ${s.state} ${s.node} ${s.tags.join(' ')}`.toLowerCase().includes(filter.toLowerCase()));
  const names = shown.map(s => s.name);
  const aside = html`${services.length > many && html`<div class="row" role="group" aria-label="Which services">${Object.entries(groups).map(([name, of]) => html`<button type="button" key=${name} aria-pressed=${chosen === name} onClick=${() => choose(name)}>${name} ${of.length}</button>`)}</div>`}
    ${services.length > 5 && html`<label class="inline"><span class="sr">Filter services</span><input type="search" placeholder="Name, state, node, tag" value=${filter} onInput=${e => setFilter(e.target.value)} style="width:15rem" /></label>`}
    <${Action} label="Start all" doing="Starting ..." run=${act(names, 'start')} done="All are started" disabled=${!shown.some(s => !s.wanted)} />
    <${Action} label="Restart all" doing="Restarting ..." run=${act(names, 'restart')} done="All were restarted" question="Restart ${names.length} services? A running acquisition ends." />`;
  return html`<${Panel} title="Services" aside=${aside}><div class="scroll"><table class="cards ${services.length > many ? 'dense' : ''}"><thead><tr><th>Service</th><th>State</th><th class="num">Last beat</th><th class="num">Rate</th><th class="num">CPU</th><th class="num">Memory</th><th class="num">Up</th><th class="num">Restarts</th><th>Waits for, last error</th><th><span class="sr">Actions</span></th></tr></thead>
    <tbody>${shown.map(s => html`<${Row} key=${s.name} service=${s} isOld=${isOld} openLogs=${openLogs} />`)}</tbody></table></div>
    ${shown.length === 0 && html`<${Empty} title=${filter ? 'No service matches the filter' : `None is ${chosen}`}><button type="button" onClick=${() => { setFilter(''); choose('all'); }}>Show all</button></${Empty}>`}</${Panel}>`;
}

function Host({ findings, error }) {
  const verdicts = { well: ['ok', 'ok'], advice: ['warn', 'advice'], change: ['bad', 'change'] };
  const open = (findings ?? []).filter(f => f.verdict !== 'well');
  const well = (findings ?? []).length - open.length;
  return html`<div id="host"><${Panel} title="Host" aside=${html`<span class="quiet small">as <code>hutch doctor</code> sees it</span>`}>
    ${error && html`<div class="note">${error.message}</div>`}
    ${findings && open.length === 0 && html`<p><${Mark} kind="ok">All ${well} checks passed</${Mark}></p>`}
    ${open.map(f => html`<details key=${f.name}><summary><${Mark} kind=${verdicts[f.verdict][0]}>${verdicts[f.verdict][1]}</${Mark}> ${f.name}: ${f.now}</summary><p class="small">Wanted: ${f.wanted}. ${f.why}</p>${f.command && html`<pre class="note small" tabindex="0">${f.command}</pre>`}</details>`)}
    ${open.length > 0 && html`<p class="quiet small">${well} other checks passed.</p>`}</${Panel}></div>`;
}

function Overview() {
  const state = useInstrument();
  const [findings, error] = useAnswer('api/v1/host', [state.back]);
  const [logsOf, openLogs] = useState(null);
  const { services, isOld } = state;
  return html`
    <${Verdict} services=${services} error=${state.beamline_error} isOld=${isOld} store=${state.store} findings=${findings} />
    <${Figures} ...${state} />
    ${services
      ? html`<${Services} services=${services} isOld=${isOld} openLogs=${openLogs} />
        <${Panel} title="What depends on what"><${Graph} services=${services} isOld=${isOld} /></${Panel}><${Host} findings=${findings} error=${error} />`
      : html`<${Empty} title="No beamline found">Start one with <code>hutch up FILE</code>; if several run, name one with <code>--beamline</code>.</${Empty}><${Host} findings=${findings} error=${error} />`}
    ${logsOf && html`<${Dialog} title="Logs of ${logsOf}" onClose=${() => openLogs(null)}><${LogLines} names=${[logsOf]} /></${Dialog}>`}`;
}

show(html`<${Overview} />`);

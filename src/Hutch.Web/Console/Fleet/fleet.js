import { html, show, api, boot, clock, num, span, may, Action, Dialog, Empty, Figure, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { useInstrument } from './instrument.js';

const asksEvery = 2000;   // milliseconds
const shown = 100;

const statuses = { active: ['ok', 'active'], disassociated: ['ok', 'disassociated'], investigating: ['busy', 'investigating'], bootstrapping: ['busy', 'bootstrapping'], failed: ['bad', 'failed'], '': ['off', 'new'] };
const clusterMarks = { ok: 'ok', degraded: 'warn', failed: 'bad' };
const operationMarks = { in_process: ['busy', 'in process'], finished: ['ok', 'finished'], failed: ['bad', 'failed'], killed: ['off', 'killed'] };
const stepMarks = { waiting: 'off', running: 'busy', checking: 'busy', done: 'ok', failed: 'bad', killed: 'off' };

// Records have UTC without saying so.
const when = text => text ? new Date(`${text}Z`) : null;
const ago = text => text ? `${span((Date.now() - when(text)) / 1000)} ago` : '-';
const path = (...parts) => ['api/v1/fleet', ...parts.map(encodeURIComponent)].join('/');

// A number that grows as long as the page is open.
function useLook() {
  const [look, setLook] = useState(0);
  useEffect(() => { const t = setInterval(() => document.hidden || setLook(n => n + 1), asksEvery); return () => clearInterval(t); }, []);
  return look;
}

function Output({ operation, address, onClose }) {
  const look = useLook();
  const step = operation.hosts[address];
  const [answer, error] = useAnswer(path('operations', operation.name, 'output', address), [look]);
  return html`<${Dialog} title=${`${operation.operation} on ${address}`} onClose=${onClose}><div class="stack">
    <dl class="facts"><dt>State</dt><dd><${Mark} kind=${stepMarks[step.state]}>${step.state}</${Mark}>${step.exit_code !== null && step.exit_code !== undefined ? `, exit code ${step.exit_code}` : ''}</dd>
      ${operation.command && html`<dt>Command</dt><dd class="wrap"><code>${operation.command}</code></dd>`}${step.started_at && html`<dt>Began</dt><dd>${clock(when(step.started_at))}</dd>`}${step.finished_at && html`<dt>Ended</dt><dd>${clock(when(step.finished_at))}</dd>`}</dl>
    ${step.reason && html`<div class="note bad">${step.reason}</div>`}
    ${answer?.text ? html`<pre class="note busy" style="max-height:60vh;overflow:auto" tabindex="0" aria-label="Output">${answer.text}</pre>` : error && error.status !== 404 ? html`<div class="note bad">${error.message}</div>` : html`<p class="quiet">It has printed nothing${step.finished_at ? '' : ' yet'}.</p>`}</div></${Dialog}>`;
}

function Operation({ operation, isOld, onChoose }) {
  const hosts = Object.entries(operation.hosts);
  const done = hosts.filter(([, h]) => h.state === 'done').length;
  const [kind, word] = operationMarks[operation.status] ?? ['off', operation.status];
  const runs = operation.status === 'in_process';
  return html`<details open=${runs} data-operation=${operation.name}><summary><${Mark} kind=${isOld && runs ? 'old' : kind}>${word}</${Mark}> <b>${operation.operation}</b> of ${operation.cluster}: ${num(done)} of ${num(hosts.length)} hosts <span class="quiet small">${clock(when(operation.started_at))}${operation.finished_at ? ` to ${clock(when(operation.finished_at))}` : ''}</span></summary>
    <div class="stack" style="gap:var(--s3);padding:var(--s3) 0">
      ${operation.command && html`<p class="small wrap"><code>${operation.command}</code></p>`}${operation.version && html`<p class="small">Version ${operation.version}</p>`}
      ${operation.reason && html`<div class="note bad">${operation.reason}</div>`}
      <div class="row">${hosts.map(([address, h]) => html`<button type="button" class="tiny" key=${address} aria-label=${`Output of ${address}, ${h.state}`} onClick=${() => onChoose(operation.name, address)}><${Mark} kind=${stepMarks[h.state]}>${address}</${Mark}></button>`)}</div>
      ${runs && html`<div class="row"><${Action} kind="risk tiny" label="Kill" name=${`Kill ${operation.operation} of ${operation.cluster}`} question=${`Kill ${operation.operation} of ${operation.cluster}? What is running on hosts is killed.`} run=${() => api(path('operations', operation.name, 'kill'), { method: 'POST' })} done="It is being killed" /></div>`}</div></details>`;
}

function Begin({ clusters, onDone }) {
  const [asked, setAsked] = useState({ operation: 'run', batch_size: '1' });
  const set = name => e => setAsked({ ...asked, [name]: e.target.type === 'checkbox' ? e.target.checked : e.target.value });
  if (!may || clusters.length === 0) return null;
  const cluster = asked.cluster ?? clusters[0].name;
  const run = async () => {
    const { operation, command, version, check, keep_going } = asked;
    const begun = await api(path('operations'), { method: 'POST', body: { cluster, operation, batch_size: Number(asked.batch_size), ...operation === 'run' && { command }, ...operation === 'deploy' && { version }, ...check && { check }, ...keep_going && { keep_going } } });
    onDone();
    return `${begun.operation} of ${begun.cluster} has begun`;
  };
  const ready = asked.operation === 'run' ? asked.command : asked.operation !== 'deploy' || asked.version;
  return html`<details><summary>Start an operation</summary><div class="form" style="padding:var(--s3) 0">
    <label><span>Cluster</span><select name="cluster" value=${cluster} onChange=${set('cluster')}>${clusters.map(c => html`<option value=${c.name}>${c.name}</option>`)}</select></label>
    <label><span>Operation</span><select name="operation" value=${asked.operation} onChange=${set('operation')}><option value="run">run a command</option><option value="restart">restart</option><option value="upgrade">upgrade</option><option value="deploy">deploy</option></select></label>
    <label><span>Hosts at a time</span><input name="batch_size" type="number" min="1" step="1" value=${asked.batch_size} onInput=${set('batch_size')} /></label>
    ${asked.operation === 'run' && html`<label class="whole"><span>Command, for sh</span><input name="command" value=${asked.command ?? ''} onInput=${set('command')} placeholder="uptime" spellcheck="false" /></label>`}
    ${asked.operation === 'deploy' && html`<label><span>Version</span><input name="version" value=${asked.version ?? ''} onInput=${set('version')} spellcheck="false" /></label>`}
    <label class="whole"><span>Health check before the next batch, optional</span><input name="check" value=${asked.check ?? ''} onInput=${set('check')} placeholder="systemctl is-active hutch-beamline" spellcheck="false" /></label>
    <label class="inline"><input name="keep_going" type="checkbox" checked=${!!asked.keep_going} onChange=${set('keep_going')} /> Continue when a host fails</label>
    <div><${Action} kind="main" label="Start" run=${run} done=${said => said} disabled=${!ready} question=${asked.operation === 'run' ? null : `${asked.operation} all hosts of ${cluster}?`} /></div></div></details>`;
}

function Host({ address, onClose }) {
  const look = useLook();
  const [host, error] = useAnswer(path('hosts', address), [look]);
  if (!host) return html`<${Dialog} title=${address} onClose=${onClose}>${error ? html`<div class="note bad">${error.message}</div>` : html`<p class="quiet">Asking the storage ...</p>`}</${Dialog}>`;
  const [kind, word] = statuses[host.status] ?? ['off', host.status];
  const facts = Object.entries(host.facts ?? {}).filter(([, v]) => typeof v !== 'object' && v !== '');
  return html`<${Dialog} title=${address} onClose=${onClose} aside=${html`<${Action} label="Investigate" name=${`Investigate ${address}`} run=${() => api(path('hosts', address, 'investigate'), { method: 'POST' })} done="The investigation is requested; it may take minutes" />`}><div class="stack">
    ${host.reason && html`<div class="note bad">${host.reason}</div>`}
    <dl class="facts"><dt>Status</dt><dd><${Mark} kind=${kind}>${word}</${Mark}></dd><dt>Last check</dt><dd>${ago(host.last_check)}</dd><dt>Host key</dt><dd class="wrap"><code>${host.host_key || 'not known yet'}</code></dd>${host.jump && html`<dt>Reached through</dt><dd><code>${host.jump}</code></dd>`}
      ${facts.map(([name, value]) => html`<dt>${name.replaceAll('_', ' ')}</dt><dd class="wrap">${`${value}`}</dd>`)}</dl>
    ${host.facts?.doctor?.length ? html`<div><h3>What doctor recommends to change there</h3><ul>${host.facts.doctor.map(c => html`<li class="wrap small">${c.found ?? c.name ?? JSON.stringify(c)}</li>`)}</ul></div>` : null}</div></${Dialog}>`;
}

function Hosts({ clusters, isOld, onChoose, look }) {
  const [status, setStatus] = useState('');
  const [cluster, setCluster] = useState('');
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => { const t = setTimeout(() => setAsked(search), 250); return () => clearTimeout(t); }, [search]);
  const query = new URLSearchParams({ n: shown, ...status && { status }, ...cluster && { cluster }, ...asked && { search: asked } });
  const [hosts, error] = useAnswer(`api/v1/fleet/hosts?${query}`, [look]);
  const old = isOld || !!error;
  return html`<${Panel} title="Hosts" aside=${html`<label class="inline"><span class="sr">Status</span><select value=${status} onChange=${e => setStatus(e.target.value)}><option value="">All statuses</option>${Object.entries(statuses).filter(([key]) => key).map(([key, [, word]]) => html`<option value=${key}>${word}</option>`)}</select></label>
      <label class="inline"><span class="sr">Cluster</span><select value=${cluster} onChange=${e => setCluster(e.target.value)}><option value="">All clusters</option>${clusters.map(c => html`<option value=${c.name}>${c.name}</option>`)}</select></label>
      <label class="inline"><span class="sr">Search hosts</span><input type="search" placeholder="Address or reason" value=${search} onInput=${e => setSearch(e.target.value)} /></label>`}>
    ${!hosts ? html`<p class="quiet">Asking the storage ...</p>` : hosts.length === 0 ? (status || cluster || asked ? html`<${Empty} title="No host matches">Search for a part of the address, or choose another status.</${Empty}>`
      : html`<${Empty} title="There are no hosts">Add one: <code>hutch fleet hosts add ADDRESS --key FILE --cluster NAME</code></${Empty}>`)
    : html`<div class="scroll"><table class="cards"><thead><tr><th>Host</th><th>Status</th><th>Cluster</th><th class="num">Last check</th><th>System</th><th class="num">CPUs</th><th class="num">Memory</th><th>Reason</th><th><span class="sr">More</span></th></tr></thead><tbody>
      ${hosts.map(h => {
        const [kind, word] = statuses[h.status] ?? ['off', h.status];
        return html`<tr key=${h.address} data-host=${h.address}><td data-label="Host" class="wide name"><b>${h.address}</b></td><td data-label="Status" class="nowrap"><${Mark} kind=${old ? 'old' : kind}>${old ? `was ${word}` : word}</${Mark}></td><td data-label="Cluster">${h.clusters.join(', ') || '-'}</td>
          <td data-label="Last check" class="num nowrap">${ago(h.last_check)}</td><td data-label="System">${h.os || '-'}</td><td data-label="CPUs" class="num">${h.cpus || '-'}</td><td data-label="Memory" class="num nowrap">${h.memory ? `${(h.memory / 1024).toFixed(1)} GB` : '-'}</td>
          <td data-label="Reason" class="wide wrap small">${h.reason}</td><td class="wide"><button type="button" class="tiny" aria-label=${`Details of ${h.address}`} onClick=${() => onChoose(h.address)}>Details</button></td></tr>`;
      })}</tbody></table></div>${hosts.length === shown && html`<p class="quiet small">The first ${shown}, failed ones first; search to see others.</p>`}`}</${Panel}>`;
}

function Clusters({ clusters }) {
  return html`<${Panel} title="Clusters">${clusters.length === 0 ? html`<${Empty} title="There are no clusters">Add one: <code>hutch fleet clusters add NAME</code></${Empty}>`
    : html`<div class="scroll"><table class="cards"><thead><tr><th>Cluster</th><th>Status</th><th class="num">Hosts</th><th>Network</th><th>Container manager</th></tr></thead><tbody>
      ${clusters.map(c => html`<tr key=${c.name} data-cluster=${c.name}><td data-label="Cluster" class="wide name"><b>${c.name}</b></td><td data-label="Status" class="nowrap"><${Mark} kind=${clusterMarks[c.status]}>${c.status}</${Mark}></td><td data-label="Hosts" class="num nowrap">${num(c.available)} of ${num(c.hosts)} available</td><td data-label="Network">${c.network}</td><td data-label="Container manager">${c.container_manager || '-'}</td></tr>`)}</tbody></table></div>`}</${Panel}>`;
}

function Sharers({ title, program, ids }) {
  return html`<dt>${title}</dt><dd class="wrap">${ids.length ? ids.map(id => html`<code>${id}</code> `) : html`<${Mark} kind="warn">none</${Mark}> <span class="quiet">start one: <code>hutch run ${program} --bus-uri URL</code></span>`}</dd>`;
}

function Fleet() {
  const { back } = useInstrument();
  const look = useLook();
  const [chosen, choose] = useState(null);
  const [host, chooseHost] = useState(null);
  const [fleet, error, load] = useAnswer(boot.has_bus ? 'api/v1/fleet' : null, [look, back]);
  if (!boot.has_bus) return html`<${Empty} title="This server has no bus">Start it with <code>--bus</code>, the bus on which <code>storage</code> answers: then its hosts and clusters are shown here.</${Empty}>`;
  if (!fleet) return error ? html`<${Empty} title="The fleet cannot be read">${error.message}</${Empty}>` : html`<p class="quiet">Asking the storage ...</p>`;
  const isOld = !!error;
  const count = status => fleet.hosts[status] ?? 0;
  const all = Object.values(fleet.hosts).reduce((a, b) => a + b, 0);
  const output = chosen && fleet.operations.find(o => o.name === chosen.operation);
  return html`${error && html`<div class="note bad">${error.message}. The display is out of date.</div>`}
    <${Panel} title="Fleet"><div class="figures"><${Figure} value=${num(count('active') + count('disassociated'))} unit=${`of ${num(all)}`} label="hosts are ready" /><${Figure} value=${num(count('failed'))} label="failed" kind=${count('failed') ? 'bad' : ''} />
      <${Figure} value=${num(count('investigating') + count('bootstrapping') + count('new'))} label="new or in progress" /><${Figure} value=${num(fleet.operations.filter(o => o.status === 'in_process').length)} label="operations in process" /></div>
      <dl class="facts" style="margin-top:var(--s3)"><${Sharers} title="Watchers" program="watcher" ids=${fleet.watchers} /><${Sharers} title="Executors" program="cluster-exec" ids=${fleet.executors} /></dl></${Panel}>
    <${Panel} title="Operations"><div class="stack" style="gap:var(--s3)"><${Begin} clusters=${fleet.clusters} onDone=${load} />
      ${fleet.operations.length === 0 ? html`<${Empty} title="No operations yet">Upgrades, restarts, deployments and commands appear here, host by host.</${Empty}>`
        : html`<div>${fleet.operations.map(o => html`<${Operation} key=${o.name} operation=${o} isOld=${isOld} onChoose=${(operation, address) => choose({ operation, address })} />`)}</div>`}</div></${Panel}>
    <${Clusters} clusters=${fleet.clusters} /><${Hosts} clusters=${fleet.clusters} isOld=${isOld} look=${look} onChoose=${chooseHost} />
    ${output && html`<${Output} operation=${output} address=${chosen.address} onClose=${() => choose(null)} />`}
    ${host && html`<${Host} address=${host} onClose=${() => chooseHost(null)} />`}`;
}

show(html`<${Fleet} />`);

import { html, show, api, boot, clock, num, span, may, Action, Dialog, Empty, Figure, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { useInstrument } from './instrument.js';
import { History } from './history.js';

const asksEvery = 2000;   // milliseconds
const shown = 100;

const states = { connected: ['ok', 'connected'], silent: ['warn', 'silent'], disconnected: ['bad', 'disconnected'], never_connected: ['bad', 'never connected'] };
const markOf = (pv, isOld) => isOld ? ['old', `was ${states[pv.state][1]}`] : states[pv.state];

// The alarm of a value, if it has one.
const Alarm = ({ status }) => status && status !== 'NO_ALARM' ? html` <${Mark} kind="warn">${status}</${Mark}>` : null;

// What is not as it should be, since when.
const Since = ({ pv }) => pv.state === 'connected' ? null : html`<div class="quiet small nowrap">since ${clock(pv.since)}</div>`;

// A number with as many digits as a table has room for; the whole is in the title.
function brief(value) {
  if (value === null || value === undefined) return '-';
  const number = Number(value);
  if (value.trim() !== '' && Number.isFinite(number) && value.length > 12) return number.toPrecision(7).replace(/\.?0+($|e)/, '$1');
  return value.length > 32 ? `${value.slice(0, 32)} ...` : value;
}

function Diagnosis({ buffer, pv }) {
  const [answer, error] = useAnswer(`api/v1/pvs/${encodeURIComponent(buffer)}/${encodeURIComponent(pv)}/diagnosis`);
  if (error) return html`<div class="note bad">${error.message}</div>`;
  if (!answer) return html`<p class="quiet">Searching like a client ...</p>`;
  const list = entries => entries.length ? entries.map(e => html`<code>${e}</code> `) : 'nobody';
  return html`<div class="stack" style="gap:var(--s3)"><div class=${answer.connected ? 'note ok' : 'note'}>${answer.advice}</div>
    <dl class="facts"><dt>Searched at</dt><dd>${list(answer.searched)}</dd><dt>Answered</dt><dd>${list(answer.answers)}</dd><dt>Elsewhere</dt><dd>${list(answer.answers_elsewhere)}</dd></dl></div>`;
}

function Details({ buffer, name, pv, isOld, onClose }) {
  const [asked, ask] = useState(false);
  const [kind, word] = pv ? markOf(pv, isOld) : ['off', 'not collected'];
  return html`<${Dialog} title=${name} onClose=${onClose} aside=${pv && html`<${Action} kind="risk" label="Remove" name="Remove ${name}" question=${`Stop collecting ${name}? Buffered values are kept.`} run=${() => change(buffer, 'remove_pvs', [name])} done="${name} is no longer collected" />`}><div class="stack">
    <${History} buffer=${buffer} pv=${name} />
    ${pv && html`<dl class="facts"><dt>State</dt><dd><${Mark} kind=${kind}>${word}</${Mark}> since ${clock(pv.since)}</dd><dt>Value</dt><dd class="wrap"><code>${pv.value ?? '-'}</code> ${pv.unit}<${Alarm} status=${pv.status} /></dd><dt>Last value</dt><dd>${pv.age === null ? 'none yet' : `${span(pv.age)} ago`}</dd>
      <dt>Server</dt><dd>${pv.host ? html`<code>${pv.host}</code>` : 'none yet'}</dd><dt>Values</dt><dd>${num(pv.events)}; lost ${num(pv.lost)}, late ${num(pv.late)}</dd><dt>Disconnections</dt><dd>${num(pv.disconnections)}</dd></dl>`}
    ${asked ? html`<${Diagnosis} buffer=${buffer} pv=${name} />` : html`<div><button type="button" onClick=${() => ask(true)}>Diagnose the connection</button></div>`}</div></${Dialog}>`;
}

const change = (buffer, method, pvs) => api(`api/v1/bus/services/${encodeURIComponent(buffer)}/${method}`, { method: 'POST', body: { pvs } });

function Add({ buffer, onDone }) {
  const [text, setText] = useState('');
  const names = text.split(/[\s,]+/).filter(Boolean);
  if (!may) return null;
  const run = async () => {
    const { result } = await change(buffer, 'add_pvs', names);
    setText('');
    onDone();
    return `${num(result.added)} PVs added`;
  };
  return html`<form class="row" onSubmit=${e => { e.preventDefault(); e.target.querySelector('button').click(); }}><label class="grow"><span>Collect more PVs</span><input value=${text} onInput=${e => setText(e.target.value)} placeholder="SAMPLE:TEMPERATURE, SAMPLE:X" spellcheck="false" /></label>
    <div style="align-self:end"><${Action} label="Add" name="Add PVs" run=${run} done=${said => said} disabled=${names.length === 0} /></div></form>`;
}

function Buffer({ name, several }) {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState('');
  const [state, setState] = useState('');
  const [look, setLook] = useState(0);
  const [chosen, choose] = useState(null);
  const { back } = useInstrument();
  useEffect(() => { const t = setInterval(() => document.hidden || setLook(n => n + 1), asksEvery); return () => clearInterval(t); }, []);
  useEffect(() => { const t = setTimeout(() => setAsked(search), 250); return () => clearTimeout(t); }, [search]);
  const path = `api/v1/pvs/${encodeURIComponent(name)}?n=${shown}${asked ? `&search=${encodeURIComponent(asked)}` : ''}${state ? `&state=${state}` : ''}`;
  const [answer, error, load] = useAnswer(path, [look, back]);
  const [one] = useAnswer(chosen ? `api/v1/pvs/${encodeURIComponent(name)}?n=1000&search=${encodeURIComponent(chosen)}` : null, [look]);
  if (!answer) return error ? html`<div class="note bad">${error.message}</div>` : html`<p class="quiet">Asking ${name} ...</p>`;
  const { status, pvs } = answer;
  const isOld = !!error;
  const count = s => status.states[s] ?? 0;
  const missing = count('disconnected') + count('never_connected');
  return html`<${Panel} title=${several ? name : 'Buffer'} aside=${html`<span class="tag">${name}</span>`}>
    ${error && html`<div class="note bad">The buffer does not answer: ${error.message}. The display is out of date.</div>`}
    <div class="figures by-four"><${Figure} value=${num(count('connected'))} unit="of ${num(status.pvs)}" label="connected" />
      <${Figure} value=${num(missing)} label="not connected" kind=${missing ? 'bad' : ''} /><${Figure} value=${num(count('silent'))} label="silent" />
      <${Figure} value=${num(status.events)} label="values" /><${Figure} value=${num(status.lost)} label="lost" kind=${status.lost ? 'bad' : ''} /><${Figure} value=${num(status.late)} label="late" /><${Figure} value=${num(status.disconnections)} label="disconnections" />
      <${Figure} value=${num(status.waiting)} label="wait for the store" /></div>
    ${status.list === 'changed' && html`<p class="small quiet">The list was changed while the buffer ran, and differs from its configuration file.</p>`}</${Panel}>
    <${Panel} title=${several ? `PVs of ${name}` : 'PVs'} aside=${html`<label class="inline"><span class="sr">State</span><select value=${state} onChange=${e => setState(e.target.value)}><option value="">All states</option>${Object.entries(states).map(([key, [, word]]) => html`<option value=${key}>${word}</option>`)}</select></label>
      <label class="inline"><span class="sr">Search PVs</span><input type="search" placeholder="Name" value=${search} onInput=${e => setSearch(e.target.value)} /></label>`}>
    ${pvs.length === 0 ? (asked || state ? html`<${Empty} title="No PV matches">Search for a part of the name, or choose another state.</${Empty}>` : html`<${Empty} title="The buffer collects no PVs">${may ? 'Add some below.' : 'A user with the role operator can add some.'}</${Empty}>`) : html`<div class="scroll"><table class="cards"><thead><tr><th>PV</th><th>State</th><th class="num">Value</th><th class="num">Last value</th><th class="num">Values</th><th class="num">Lost</th><th class="num">Late</th><th class="num">Disconnections</th><th><span class="sr">More</span></th></tr></thead><tbody>
      ${pvs.map(pv => {
        const [kind, word] = markOf(pv, isOld);
        return html`<tr key=${pv.name} data-pv=${pv.name}><td data-label="PV" class="wide name"><b>${pv.name}</b></td><td data-label="State" class="nowrap"><${Mark} kind=${kind}>${word}</${Mark}><${Since} pv=${pv} /></td>
          <td data-label="Value" class="num wrap" title=${pv.value}>${brief(pv.value)}${pv.unit && pv.value !== null ? html` <span class="quiet">${pv.unit}</span>` : null}<${Alarm} status=${pv.status} /></td><td data-label="Last value" class="num nowrap">${pv.age === null ? '-' : `${span(pv.age)} ago`}</td>
          <td data-label="Values" class="num">${num(pv.events)}</td><td data-label="Lost" class="num">${pv.lost ? html`<${Mark} kind="bad">${num(pv.lost)}</${Mark}>` : '0'}</td><td data-label="Late" class="num">${num(pv.late)}</td><td data-label="Disconnections" class="num">${num(pv.disconnections)}</td>
          <td class="wide"><button type="button" class="tiny" aria-label="Details of ${pv.name}" onClick=${() => choose(pv.name)}>Details</button></td></tr>`;
      })}</tbody></table></div>
      ${pvs.length === shown && html`<p class="quiet small">The first ${shown}; search to see others.</p>`}`}
    <div style="margin-top:var(--s3)"><${Add} buffer=${name} onDone=${load} /></div></${Panel}>
    ${chosen && html`<${Details} buffer=${name} name=${chosen} pv=${one?.pvs.find(p => p.name === chosen) ?? pvs.find(p => p.name === chosen)} isOld=${isOld} onClose=${() => choose(null)} />`}`;
}

function Pvs() {
  const { back } = useInstrument();
  const [buffers, error, load] = useAnswer(boot.has_bus ? 'api/v1/pvs' : null, [back]);
  if (!boot.has_bus) return html`<${Empty} title="This server has no bus">Start it with <code>--bus</code>, the bus on which <code>epics-buffer</code> answers: then its PVs are shown here.</${Empty}>`;
  if (error && !buffers) return html`<div class="note bad">${error.message}</div>`;
  if (!buffers) return html`<p class="quiet">Asking for buffers; they have a second to answer ...</p>`;
  if (buffers.length === 0) return html`<${Empty} title="No buffer answers">Start one on this bus: <code>hutch run epics-buffer --config pvs.json --bus URL</code>. <button type="button" class="tiny" onClick=${load}>Look again</button></${Empty}>`;
  return buffers.map(b => html`<${Buffer} key=${b.service} name=${b.service} several=${buffers.length > 1} />`);
}

show(html`<${Pvs} />`);

import { html, show, api, boot, clock, fixed, num, may, Action, Empty, Mark, Panel, useAnswer, useEffect, useRef, useState } from './ui.js';
import { useInstrument, on } from './instrument.js';

// A field for a parameter, by its schema; what is left empty is not sent.
function Parameter({ name, schema, required, value, onInput }) {
  const kinds = [schema.type ?? 'any'].flat().filter(t => t !== 'null');
  const label = html`<span>${name}${required ? '' : ', optional'} <span class="quiet">(${schema.enum ? 'one of' : kinds.join(' or ')})</span></span>`;
  if (schema.enum || kinds[0] === 'boolean') return html`<label>${label}<select name=${name} value=${value} onChange=${onInput}><option value=""></option>${(schema.enum ?? ['true', 'false']).map(o => html`<option value=${o} selected=${o === value}>${o}</option>`)}</select></label>`;
  if (kinds[0] === 'integer' || kinds[0] === 'number') return html`<label>${label}<input name=${name} type="number" step=${kinds[0] === 'integer' ? 1 : 'any'} value=${value} onInput=${onInput} /></label>`;
  if (kinds[0] === 'string') return html`<label>${label}<input name=${name} value=${value} onInput=${onInput} spellcheck="false" /></label>`;
  return html`<label class="whole">${label}<textarea name=${name} rows="4" spellcheck="false" value=${value} onInput=${onInput} placeholder="JSON"></textarea></label>`;
}

function read(schema, text) {
  const kinds = [schema.type ?? 'any'].flat();
  if (kinds.includes('string') && !schema.enum) return text;
  return schema.enum ? text : JSON.parse(text);
}

function Method({ service, method, statistics }) {
  const [values, setValues] = useState({});
  const [answer, setAnswer] = useState(null);
  const call = async () => {
    setAnswer(null);
    const body = {};
    for (const [name, schema] of Object.entries(method.params.properties)) {
      if (!values[name]) continue;
      try { body[name] = read(schema, values[name]); } catch (error) { throw new Error(`${name} is no JSON: ${error.message}`); }
    }
    const started = performance.now();
    const result = await api(`api/v1/bus/services/${encodeURIComponent(service)}/${encodeURIComponent(method.name)}`, { method: 'POST', body });
    setAnswer({ text: JSON.stringify(result.result, null, 2), took: performance.now() - started });
  };
  return html`<details><summary><code>${method.name}</code> ${method.description ?? ''}${statistics?.calls ? html` <span class="quiet small">${num(statistics.calls)} calls, ${num(statistics.errors)} errors, mean ${fixed(statistics.mean_ms)} ms, p99 ${fixed(statistics.p99_ms)} ms</span>` : ''}</summary>
    <div class="stack" style="gap:var(--s3);padding:var(--s3) 0"><div class="form">${Object.entries(method.params.properties).map(([name, schema]) => html`<${Parameter} key=${name} name=${name} schema=${schema} required=${method.params.required.includes(name)} value=${values[name] ?? ''} onInput=${e => setValues({ ...values, [name]: e.target.value })} />`)}
      ${Object.keys(method.params.properties).length === 0 && html`<p class="quiet small whole">It takes no parameters.</p>`}</div>
    ${may && html`<div class="row"><${Action} kind="main" label="Call" doing="Waiting for the answer ..." name="Call ${method.name}" run=${call} disabled=${method.params.required.some(n => !values[n])} /></div>`}
    ${answer && html`<div><p class="quiet small">Answered in ${fixed(answer.took, 0)} ms</p><pre class="note busy" tabindex="0">${answer.text}</pre></div>`}</div></details>`;
}

const asksEvery = 5000;   // milliseconds

// What a service has counted, and how many messages a second came since the look before.
function useStatistics(service) {
  const [look, setLook] = useState(0);
  useEffect(() => { const t = setInterval(() => document.hidden || setLook(n => n + 1), asksEvery); return () => clearInterval(t); }, []);
  const [answers] = useAnswer(`api/v1/bus/services/${encodeURIComponent(service.service)}/statistics`, [look]);
  const statistics = answers?.find(a => a.instance === service.instance);
  const looks = useRef([]);
  if (statistics && statistics !== looks.current.at(-1)) looks.current = [...looks.current, statistics].slice(-2);
  const [before, now] = looks.current;
  return [statistics, now && now.uptime_s > before.uptime_s ? Math.max(0, now.received - before.received) / (now.uptime_s - before.uptime_s) : null];
}

function Service({ service }) {
  const [statistics, rate] = useStatistics(service);
  return html`<${Panel} title=${service.service} aside=${html`<span class="tag">${service.host}, pid ${service.pid}</span>`}>
    <dl class="facts"><dt>Since</dt><dd>${clock(service.started)}</dd>${statistics && html`<dt>Messages</dt><dd>${rate === null ? '' : `${fixed(rate)} per second; `}${num(statistics.received)} since its start, of them ${num(statistics.malformed)} malformed, ${num(statistics.unknown_methods)} for unknown methods</dd><dt>Dropped</dt><dd>${num(statistics.dropped)}; expired ${num(statistics.expired)}; connects ${num(statistics.connects)}</dd>`}
      <dt>Queues</dt><dd>${(service.queues ?? []).map(q => html`<code>${q.routing_key}</code> `)}</dd></dl>
    <div style="margin-top:var(--s3)">${(service.methods ?? []).map(m => html`<${Method} key=${m.name} service=${service.service} method=${m} statistics=${statistics?.methods?.find(s => s.name === m.name)} />`)}</div></${Panel}>`;
}

function Requests() {
  const { back } = useInstrument();
  const [fresh, setFresh] = useState(0);
  const [tag, setTag] = useState('');
  const [text, setText] = useState('{\n  "n_images": 10,\n  "output_file": "/tmp/by-request.h5"\n}');
  useEffect(() => on('request', () => setFresh(n => n + 1)), []);
  const [requests, error] = useAnswer('api/v1/requests', [fresh, back]);
  const send = async () => {
    let request;
    try { request = JSON.parse(text); } catch (e) { throw new Error(`the request is not JSON: ${e.message}`); }
    await api('api/v1/requests', { method: 'POST', body: { request, ...tag ? { tag } : {} } });
  };
  const kinds = { running: 'busy', succeeded: 'ok', failed: 'bad' };
  return html`<${Panel} title="Requests"><div class="stack">
    ${may && html`<details><summary>Send a request</summary><div class="form" style="padding:var(--s3) 0"><label class="whole"><span>The request, JSON</span><textarea rows="5" value=${text} onInput=${e => setText(e.target.value)} spellcheck="false"></textarea></label><label><span>Tag</span><input value=${tag} onInput=${e => setTag(e.target.value)} placeholder=${boot.detector} /></label><div><${Action} kind="main" label="Send" run=${send} done="The request is sent" /></div></div></details>`}
    ${error && html`<div class="note bad">${error.message}</div>`}
    ${requests?.length === 0 ? html`<${Empty} title="No requests yet">Requests that services accept from the bus appear here with their progress.</${Empty}>` : requests && html`<div class="scroll"><table class="cards"><thead><tr><th>Request</th><th>State</th><th>What</th><th>Reports</th><th><span class="sr">Kill</span></th></tr></thead><tbody>
      ${requests.map(r => html`<tr key=${r.request_id}><td data-label="Request"><code title=${r.request_id}>${r.request_id.slice(0, 8)}</code></td><td data-label="State"><${Mark} kind=${kinds[r.state]}>${r.state}</${Mark}></td><td data-label="What" class="wide wrap"><code>${JSON.stringify(r.request)}</code></td>
        <td data-label="Reports" class="wide wrap small">${Object.entries(r.services).map(([name, reports]) => html`<div><b>${name}</b>: ${reports.map(p => `${p.action.replace('request_', '')}${p.message === null ? '' : ` ${typeof p.message === 'string' ? p.message : JSON.stringify(p.message)}`}`).join(', ')}</div>`)}</td>
        <td class="wide">${r.state === 'running' && html`<${Action} kind="risk tiny" label="Kill" name="Kill ${r.request_id}" run=${() => api(`api/v1/requests/${r.request_id}/kill`, { method: 'POST', body: tag ? { tag } : {} })} done="The kill is sent; the service reports when it has stopped the request" />`}</td></tr>`)}</tbody></table></div>`}</div></${Panel}>`;
}

function Bus() {
  const { back } = useInstrument();
  const [services, error, load] = useAnswer(boot.has_bus ? 'api/v1/bus/services' : null, [back]);
  if (!boot.has_bus) return html`<${Empty} title="This server has no bus">Start it with <code>--bus amqp://HOST</code> or <code>--bus redis://HOST</code>: then services, methods and requests are shown here.</${Empty}>`;
  return html`<${Requests} /><div class="row"><h2 class="grow">Services</h2><button type="button" onClick=${load}>Look again</button></div>
    ${error && html`<div class="note bad">${error.message}</div>`}
    ${!services && !error && html`<p class="quiet">Asking all services; they have a second to answer ...</p>`}
    ${services?.length === 0 && html`<${Empty} title="No service answers">They may not be running, or the broker may be unavailable.</${Empty}>`}
    ${services?.map(s => html`<${Service} key=${s.instance} service=${s} />`)}`;
}

show(html`<${Bus} />`);

import { html, show, api, bytes, clock, fixed, num, span, may, Action, Dialog, Empty, Figure, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { instrument, useInstrument, on } from './instrument.js';
import { Ledger } from './ledger.js';
import { Rates } from './rates.js';

const marks = { WAITING_IMAGES: ['busy', 'waits for images'], ACQUIRING_IMAGES: ['busy', 'takes images'], FLUSHING_IMAGES: ['busy', 'closes its files'], FINISHED: ['ok', 'finished'], FAILED: ['bad', 'failed'] };
const markOf = run => run.state === 'FINISHED' && run.message !== 'Completed.' ? ['warn', run.message.replace('.', '').toLowerCase()] : marks[run.state] ?? ['warn', run.state];
const remembered = 'hutch-last-acquisition';

// a.h5 -> a_2.h5, a_2.h5 -> a_3.h5: the next file of a series.
function nextFile(file) {
  const [, stem, , count, end] = file.match(/^(.*?)(_(\d+))?(\.[^./]+)?$/) ?? [];
  return stem ? `${stem}_${count ? Number(count) + 1 : 2}${end ?? '.h5'}` : file;
}

function lastValues() {
  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(remembered)) ?? {}; } catch { /* nothing is kept */ }
  const run = instrument.writer?.acquisition?.info;
  return { pvs: kept.pvs ?? '', n_images: kept.n_images ?? run?.n_images ?? 100, output_file: nextFile(run?.output_file ?? kept.output_file ?? '/tmp/first.h5').replace('/tmp/first_2', '/tmp/first') };
}

function Start({ state }) {
  const [values, setValues] = useState(lastValues);
  const [plan, setPlan] = useState(null);
  const set = name => event => setValues({ ...values, [name]: event.target.value });
  useEffect(() => {
    const timer = setTimeout(async () => {
      try { setPlan(await api(`api/v1/acquisitions/plan?n_images=${encodeURIComponent(values.n_images)}&output_file=${encodeURIComponent(values.output_file)}`)); }
      catch (error) { setPlan({ error: error.message }); }
    }, 200);
    return () => clearTimeout(timer);
  }, [values.n_images, values.output_file, state]);
  const run = async () => {
    await api('api/v1/acquisitions', { method: 'POST', body: { n_images: Number(values.n_images), output_file: values.output_file, ...values.run_id ? { run_id: Number(values.run_id) } : {}, ...values.pvs ? { pvs: values.pvs.split(/[\s,]+/).filter(Boolean) } : {} } });
    localStorage.setItem(remembered, JSON.stringify(values));
    setValues({ ...values, output_file: nextFile(values.output_file), run_id: '' });
  };
  if (!may) return null;
  return html`<${Panel} title="Start"><form class="form" onSubmit=${e => { e.preventDefault(); e.target.querySelector('button.main').click(); }}>
    <label class="whole"><span>File</span><input value=${values.output_file} onInput=${set('output_file')} aria-invalid=${plan?.error ? 'true' : null} aria-describedby="plan" spellcheck="false" /></label>
    <label><span>Images</span><input type="number" min="1" value=${values.n_images} onInput=${set('n_images')} /></label>
    <label><span>Run id (optional)</span><input type="number" min="0" value=${values.run_id ?? ''} onInput=${set('run_id')} placeholder="the time" /></label>
    <label class="whole"><span>PVs to add to the file (optional)</span><input value=${values.pvs} onInput=${set('pvs')} placeholder="SAMPLE:TEMPERATURE, SAMPLE:X" spellcheck="false" /></label>
    <div class="whole small" id="plan">${plan?.error ? html`<${Mark} kind="bad">Cannot start</${Mark}> <span class="wrap">${plan.error}</span>` : plan ? html`<span class="quiet">Expected: <b>${bytes(plan.expected_bytes)}</b> of pixels. Free in ${plan.folder}: <b>${bytes(plan.free_bytes)}</b>.</span>` : html`<span class="quiet">Looking at the folder ...</span>`}</div>
    <div class="whole row"><${Action} kind="main" label="Start" doing="The writers are creating the file ..." run=${run} done="The writers are waiting for images" disabled=${state !== 'READY' || !!plan?.error} />
      ${state !== 'READY' && html`<span class="quiet small">${state === 'WRITING' ? 'An acquisition is running.' : 'The writers do not answer; see the overview.'}</span>`}</div>
  </form></${Panel}>`;
}

function Present({ writer, statistics, isOld }) {
  const [now, setNow] = useState(Date.now() / 1000);
  useEffect(() => { const t = setInterval(() => setNow(Date.now() / 1000), 1000); return () => clearInterval(t); }, []);
  const run = writer?.acquisition;
  const { back } = useInstrument();
  const [current] = useAnswer('api/v1/acquisitions/current', [writer?.state, run?.state, back]);
  if (!run) return html`<${Panel} title="Acquisition"><${Empty} title="None since the server started">${may ? 'Fill in the form and press Start.' : 'A user with the role operator can start one.'}</${Empty}></${Panel}>`;
  const [kind, word] = isOld ? ['old', 'unknown'] : markOf(run);
  const running = writer.state === 'WRITING';
  const took = (run.stats.stop_time ?? now) - run.stats.start_time;
  const left = run.info.n_images - run.stats.n_write_completed;
  const rate = statistics?.writer.images_per_second;
  const full = current?.acquisition?.info.run_id === run.info.run_id ? current.acquisition : null;
  return html`<${Panel} title=${running ? 'Under way' : 'The last one'} aside=${running && html`<${Action} kind="risk" label="Stop" doing="Closing the files ..." run=${() => api('api/v1/acquisitions/current/stop', { method: 'POST' })} done="Stopped; the file is closed" />`}>
    <div class="stack"><div><${Mark} kind=${kind}>${word}</${Mark}> <code class="wrap">${run.info.output_file}</code></div>
    <progress max=${run.info.n_images} value=${run.stats.n_write_completed} aria-label="Images written"></progress>
    <div class="figures"><${Figure} value=${num(run.stats.n_write_completed)} unit="of ${num(run.info.n_images)}" label="images in the file" />
      <${Figure} value=${span(took)} label=${running ? 'since the start' : 'it took'} />
      ${running && rate > 0 ? html`<${Figure} value=${span(left / rate)} label="to go" />` : html`<${Figure} value=${bytes(full?.bytes ?? 0)} label="of pixels" />`}
      <${Figure} value=${full ? num(full.with_missing_packets) : '-'} label="with missing packets" kind=${full?.with_missing_packets ? 'bad' : ''} /></div>
    ${run.message && run.state === 'FAILED' && html`<div class="note bad">${run.message}</div>`}
    ${full?.warning && html`<div class="note">${full.warning}</div>`}
    ${full?.ledger ? html`<${Ledger} ledger=${full.ledger} />` : running && html`<p class="quiet small">The ledger (what was lost where) is created when it ends.</p>`}</div></${Panel}>`;
}

// A report is on the images, or on the PVs that were added to the files.
function found(report) {
  if (!report.control) return `${num(report.n_images)} images, ${num(report.n_missing_packets)} with missing packets`;
  const files = Object.values(report.control);
  return `${num(files.reduce((n, f) => n + f.points, 0))} values of ${num(files[0]?.channels ?? 0)} PVs added`;
}

function Details({ id, onClose }) {
  const [run, error] = useAnswer(`api/v1/acquisitions/${id}`);
  if (error) return html`<${Dialog} title="Acquisition" onClose=${onClose}><div class="note bad">${error.message}</div></${Dialog}>`;
  if (!run) return null;
  const reports = run.reports ?? [];
  return html`<${Dialog} title=${run.info.output_file.split('/').pop()} onClose=${onClose} aside=${run.files.length > 0 && html`<a class="button" href="files?file=${encodeURIComponent(run.files[0])}">Open the file</a>`}><div class="stack">
    <dl class="facts"><dt>State</dt><dd>${run.state}, ${run.message}</dd><dt>Run id</dt><dd>${run.info.run_id}</dd><dt>Begin, end</dt><dd>${clock(run.stats.start_time)} to ${clock(run.stats.stop_time)}</dd>
      <dt>Images</dt><dd>${num(run.stats.n_write_completed)} of ${num(run.info.n_images)}</dd><dt>Pixels</dt><dd>${bytes(run.bytes)}</dd><dt>Longest write</dt><dd>${fixed(run.longest_write_s * 1000)} ms</dd>
      <dt>Files</dt><dd>${run.files.map(f => html`<code>${f}</code><br />`)}</dd></dl>
    <${Ledger} ledger=${run.ledger} />
    <h3>What validators found</h3>
    ${reports.length === 0 ? html`<p class="quiet">No report yet: <code>hutch run file-validator</code> creates them.</p>` : reports.map(r => html`<div><${Mark} kind=${r.status === 'ok' ? 'ok' : r.status === 'warning' ? 'warn' : 'bad'}>${r.status}</${Mark}> ${r.validator}, ${clock(r.time)}: ${found(r)}
      <ul>${[...r.errors, ...r.warnings].map(t => html`<li>${t}</li>`)}</ul></div>`)}
    ${run.log_id && html`<img src="api/v1/acquisitions/${id}/thumbnail" alt="Some of its images" style="max-width:16rem;width:100%;border-radius:6px" onError=${e => e.target.remove()} />`}</div></${Dialog}>`;
}

function History() {
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState('');
  const [count, setCount] = useState(20);
  const [fresh, setFresh] = useState(0);
  const [chosen, choose] = useState(null);
  const { back } = useInstrument();
  useEffect(() => on('acquisition', () => setFresh(n => n + 1)), []);
  useEffect(() => { const t = setTimeout(() => setAsked(search), 250); return () => clearTimeout(t); }, [search]);
  const [runs, error] = useAnswer(`api/v1/acquisitions?n=${count}${asked ? `&search=${encodeURIComponent(asked)}` : ''}`, [fresh, back]);
  return html`<${Panel} title="History" aside=${html`<label class="inline"><span class="sr">Search the history</span><input type="search" placeholder="File, run id, state ..." value=${search} onInput=${e => setSearch(e.target.value)} /></label>`}>
    ${error && html`<div class="note bad">The history cannot be read: ${error.message}</div>`}
    ${runs?.length === 0 && (asked ? html`<${Empty} title="Nothing matches “${asked}”">The newest 1000 acquisitions were searched.</${Empty}>` : html`<${Empty} title="No acquisition has finished yet">Finished acquisitions are listed here, each with its losses.</${Empty}>`)}
    ${runs?.length > 0 && html`<div class="scroll"><table class="cards"><thead><tr><th>Ended</th><th>State</th><th>File</th><th class="num">Images</th><th class="num">Pixels</th><th class="num">Took</th><th class="num">Lost</th><th><span class="sr">More</span></th></tr></thead><tbody>
      ${runs.map(run => {
        const [kind, word] = markOf(run);
        const lost = run.ledger?.stages.reduce((n, s) => n + Object.values(s.lost).reduce((a, b) => a + b, 0), 0);
        return html`<tr key=${run.id} data-run=${run.info.run_id}><td data-label="Ended" class="nowrap">${clock(run.stats.stop_time)}</td><td data-label="State"><${Mark} kind=${kind}>${word}</${Mark}></td><td data-label="File" class="wide wrap"><code>${run.info.output_file}</code>${run.state === 'FAILED' && html`<br /><span class="small bad-text">${run.message}</span>`}</td>
          <td data-label="Images" class="num nowrap">${num(run.stats.n_write_completed)} of ${num(run.info.n_images)}</td><td data-label="Pixels" class="num nowrap">${bytes(run.bytes)}</td><td data-label="Took" class="num nowrap">${span(run.stats.stop_time - run.stats.start_time)}</td><td data-label="Lost" class="num">${lost === undefined ? '-' : lost ? html`<${Mark} kind="bad">${num(lost)}</${Mark}>` : '0'}</td>
          <td class="wide"><button type="button" class="tiny" aria-label="Details of ${run.info.output_file}" onClick=${() => choose(run.id)}>Details</button></td></tr>`;
      })}</tbody></table></div>
      ${runs.length === count && html`<p class="row" style="margin:var(--s3) 0 0"><button type="button" onClick=${() => setCount(Math.min(1000, count * 3))}>Show more</button></p>`}`}
    ${chosen && html`<${Details} id=${chosen} onClose=${() => choose(null)} />`}</${Panel}>`;
}

function Acquisition() {
  const state = useInstrument();
  return html`<div class="side-by-side"><${Present} ...${state} /><${Start} state=${state.writer?.state} /></div>
    <${Panel} title="Rates"><${Rates} /></${Panel}><${History} />`;
}

show(html`<${Acquisition} />`);

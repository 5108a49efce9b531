import { html, show, api, boot, num, may, Action, Empty, Figure, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { useInstrument, on } from './instrument.js';

const about = { test: 'every pixel is known, so that files can be verified', diffraction: 'Poisson counts and Bragg spots', powder: 'Debye-Scherrer rings with counting noise' };
const faults = [['loss', 'lost'], ['duplicate', 'sent twice'], ['reorder', 'out of order'], ['wrong_size', 'preceded by one of a wrong size'], ['foreign', 'sent first as of another module']];

function Settings({ state, load }) {
  const [values, setValues] = useState(null);
  const present = { ...state.settings, ...values };
  const set = (name, number = true) => event => setValues({ ...values, [name]: number ? Number(event.target.value) : event.target.value });
  const running = state.status === 'STREAMING';
  const start = async () => {
    const { patterns, ...wanted } = present;
    await api('api/v1/simulator/start', { method: 'POST', body: wanted });
    setValues(null);
    load();
  };
  const stop = async () => { await api('api/v1/simulator/stop', { method: 'POST' }); load(); };
  if (!state.settings) return html`<${Panel} title="Settings"><p class="quiet">This is not Hutch's simulator: it can only be started and stopped.</p><div class="row"><${Action} kind="main" label="Start" run=${async () => { await api('api/v1/simulator/start', { method: 'POST' }); load(); }} /><${Action} kind="risk" label="Stop" run=${stop} /></div></${Panel}>`;
  return html`<${Panel} title="What it sends"><div class="stack"><div class="form">
      <label><span>Pattern</span><select name="pattern" disabled=${!may} value=${present.pattern} onChange=${set('pattern', false)}>${present.patterns.map(p => html`<option value=${p} selected=${p === present.pattern}>${p}</option>`)}</select></label>
      <label><span>Images per second, 0: as fast as possible</span><input name="rate" type="number" min="0" step="any" readonly=${!may} value=${present.rate} onInput=${set('rate')} /></label>
      <label><span>Images, 0: without end</span><input name="images" type="number" min="0" readonly=${!may} value=${present.images} onInput=${set('images')} /></label></div>
    <p class="quiet small">${about[present.pattern] ?? ''}</p>
    <fieldset><legend>Faults: the share of packets, 0 to 1, that are ...</legend><div class="form">${faults.map(([name, label]) => html`<label key=${name}><span>${label}</span><input name=${name} type="number" min="0" max="1" step="0.001" readonly=${!may} value=${present[name]} onInput=${set(name)} /></label>`)}
      <label><span>Seed: the same gives the same faults</span><input name="seed" type="number" min="0" readonly=${!may} value=${present.seed} onInput=${set('seed')} /></label></div></fieldset>
    ${may && html`<div class="row"><${Action} kind="main" label=${running ? 'Start again' : 'Start'} doing="Starting ..." run=${start} done="Sending, from the first image" /><${Action} kind="risk" label="Stop" doing="Stopping ..." run=${stop} done="Stopped" disabled=${!running} />${values && html`<button type="button" onClick=${() => setValues(null)}>Discard changes</button>`}
      ${running && html`<span class="quiet small">Starting again begins with the first image; a running acquisition counts that as a restart of the detector.</span>`}</div>`}</div></${Panel}>`;
}

function Simulator() {
  const { back, losses } = useInstrument();
  const [state, error, load] = useAnswer('api/v1/simulator', [back]);
  useEffect(() => on('beats', load), []);
  if (!state) return error ? html`<${Empty} title="No simulator answers">${error.message}</${Empty}>` : html`<p class="quiet">Asking ...</p>`;
  const running = state.status === 'STREAMING';
  const recent = (losses ?? []).filter(l => Date.now() / 1000 - l.last < 10).reduce((n, l) => n + l.count, 0);
  return html`${error && html`<div class="note bad">${error.message}</div>`}
    <div class="figures"><div><b><${Mark} kind=${running ? 'ok' : 'off'}>${running ? 'sending' : 'stopped'}</${Mark}></b><span>${boot.detector}</span></div><${Figure} value=${num(state.stats.n_generated_images)} label="images since its start" /><${Figure} value=${recent ? 'yes' : 'no'} label="losses recorded in the last 10 s" kind=${recent ? 'bad' : ''} /></div>
    <${Settings} state=${state} load=${load} />`;
}

show(html`<${Simulator} />`);

// The loss ledger as a picture: what came to each stage, what it passed on, and what was lost there and why.
import { html, num, Mark } from './ui.js';

const words = { socket_buffer_full: 'the socket buffer was full', not_received: 'did not arrive', no_packet: 'no packet of the frame arrived', frame_missing: 'frames were missing', overwritten: 'overwritten before it was read',
  nothing_received: 'nothing of it arrived', queue_full: 'the queue to the next stage was full', not_taken: 'not taken by a writer', writer_died: 'the writer died', failed: 'writing failed', outdated: 'replaced by a newer image', unexpected: 'did not fit the configuration' };

export function Ledger({ ledger }) {
  if (!ledger) return null;
  const lost = ledger.stages.reduce((n, s) => n + Object.values(s.lost).reduce((a, b) => a + b, 0), 0);
  return html`<div class="ledger" aria-label="Loss ledger">
    <p><${Mark} kind=${lost ? 'bad' : ledger.adds_up ? 'ok' : 'warn'}>${lost ? 'Something was lost' : ledger.adds_up ? 'Nothing was lost' : 'The ledger does not add up'}</${Mark}>
      <span class="quiet small"> images ${ledger.first_image_id ?? '-'} to ${ledger.last_image_id ?? '-'}${ledger.restarts ? `, the detector restarted ${ledger.restarts} times` : ''}${ledger.incomplete_images ? `, ${num(ledger.incomplete_images)} with packets missing` : ''}</span></p>
    ${ledger.stages.map(stage => {
      const gone = Object.values(stage.lost).reduce((a, b) => a + b, 0);
      const whole = Math.max(1, stage.expected);
      return html`<div class="stage" key=${stage.stage}><b>${stage.stage}</b>
        <div class="pipe" role="img" aria-label="${stage.stage}: ${stage.passed} of ${stage.expected} ${stage.unit} passed on, ${gone} lost"><i style="width:${100 * stage.passed / whole}%"></i>${gone > 0 && html`<i class="lost" style="width:${100 * gone / whole}%"></i>`}</div>
        <span class="num right">${num(stage.passed)} <span class="quiet">of ${num(stage.expected)} ${stage.unit}</span></span>
        ${gone > 0 && html`<span class="why">lost ${Object.entries(stage.lost).map(([reason, n]) => `${num(n)}: ${words[reason] ?? reason}`).join('; ')}</span>`}</div>`;
    })}</div>`;
}

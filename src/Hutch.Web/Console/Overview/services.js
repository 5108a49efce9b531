// What a service looks like: a state in one mark, and what is wrong with it in words. Green means a fresh beat.
import { span } from './ui.js';

const staleAfter = 15;   // seconds without progress: services of a bus prove every 10 that they are heard

/** [kind of mark, word] of a service; `isOld`: the whole page has heard nothing for a while. */
export function stateOf(service, isOld) {
  if (isOld) return ['old', `was ${service.state}`];
  switch (service.state) {
    case 'running':
      if (service.heartbeat_age_s > staleAfter) return ['old', 'no beat'];
      return service.ready ? ['ok', 'running'] : ['busy', 'not ready'];
    case 'starting': case 'stopping': return ['busy', service.state];
    case 'failed': case 'abandoned': case 'killed': return [service.wanted ? 'bad' : 'off', service.state];
    default: return service.wanted ? ['warn', service.state] : ['off', service.state];
  }
}

/** What an operator should know first; null when all is well. */
export function troubleOf(service) {
  const [kind] = stateOf(service, false);
  if (kind === 'bad') return `${service.name} has ${service.state}${service.last_error ? `: ${service.last_error}` : ''}`;
  if (service.wanted && service.waits_for) return `${service.name} waits for ${service.waits_for}`;
  if (kind === 'old') return `${service.name} has made no progress for ${span(service.heartbeat_age_s)}`;
  if (kind === 'warn') return `${service.name} is wanted, but ${service.state}`;
  return null;
}

const short = { '{image}': 'images/s', '{frame}': 'frames/s', '{packet}': 'packets/s', '{part}': 'parts/s' };

/** The first number of a service that says how busy it is, as text. */
export function rateOf(service) {
  const count = service.counts?.find(c => c.unit !== 'By' && c.per_second > 0) ?? service.counts?.find(c => c.unit !== 'By');
  return count ? `${count.per_second >= 100 ? count.per_second.toFixed(0) : count.per_second.toFixed(1)} ${short[count.unit] ?? '/s'}` : '';
}

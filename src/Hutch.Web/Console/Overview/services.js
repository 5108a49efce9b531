// What a service looks like: a state in one mark, and what is wrong with it in words. Green means a fresh beat.
const staleAfter = 15;   // seconds without progress: services of a bus prove every 10 that they are heard

/** [kind of mark, word] of a service; `isOld`: the whole page has heard nothing for a while. */
export function stateOf(service, isOld) {
  if (isOld || service.unreachable_since) return ['old', `was ${service.state}`];
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
  if (kind === 'bad') return `${service.state}${service.last_error ? `: ${service.last_error}` : ''}`;
  if (service.wanted && service.waits_for) return `waits for ${service.waits_for}`;
  if (kind === 'old') return `no progress for more than ${staleAfter} s`;
  if (kind === 'warn') return `wanted, but ${service.state}`;
  return null;
}

/** The troubles of all, each once with the names of those that have it. */
export function troublesOf(services) {
  const byText = new Map();
  for (const service of services) {
    const text = troubleOf(service);
    if (text) byText.set(text, [...byText.get(text) ?? [], service.name]);
  }
  return [...byText].map(([text, names]) => `${namesOf(names)}: ${text}`);
}

const namesOf = names => names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;

const few = 4;   // instances up to which each is shown for itself

/** Services as [name, members]: the instances of one entry (NAME-0, NAME-1, ...) together if they are many. */
export function families(services) {
  const byStem = Map.groupBy(services, s => s.name.match(/^(.+)-\d+$/)?.[1] ?? s.name);
  return [...byStem].flatMap(([stem, members]) => members.length > few ? [[stem, members]] : members.map(s => [s.name, [s]]));
}

const gravity = ['ok', 'off', 'busy', 'old', 'warn', 'bad'];

/** [kind of mark, words] of several services: the worst of them, and how many are as they should be. */
export function stateOfAll(members, isOld) {
  const states = members.map(s => stateOf(s, isOld));
  if (states.length === 1) return states[0];
  const worst = states.reduce((a, b) => gravity.indexOf(b[0]) > gravity.indexOf(a[0]) ? b : a);
  const same = states.filter(([, word]) => word === worst[1]).length;
  return [worst[0], same === states.length ? `all ${same} ${worst[1]}` : `${same} of ${states.length} ${worst[1]}`];
}

const short = { '{image}': 'images/s', '{frame}': 'frames/s', '{packet}': 'packets/s', '{part}': 'parts/s' };

/** The first number of a service that says how busy it is, as text. */
export function rateOf(service) {
  const count = service.counts?.find(c => c.unit !== 'By' && c.per_second > 0) ?? service.counts?.find(c => c.unit !== 'By');
  return count ? `${count.per_second >= 100 ? count.per_second.toFixed(0) : count.per_second.toFixed(1)} ${short[count.unit] ?? '/s'}` : '';
}

// What is where at a moment of a replay: a function of the time alone, so that the clock can be put anywhere.
// Times are tenths of seconds from the begin of the span, as `anlan.replay/1` has them.
const WAITS = -1, PASSES = -2, LAST = 3;

export function filmOf(doc, geometry) {
  const nodes = geometry.nodes;
  const tokens = doc.tokens.map((row) => tokenOf(row, nodes, geometry)).filter((token) => token.stays.length);
  return { doc, geometry, tokens, lasts: Math.round((doc.until_s - doc.from_s) * 10),
    promise: doc.promise_s === null ? Infinity : doc.promise_s * 10 };
}

// A token's stays with the way to each: gateways that were only passed are part of the way.
function tokenOf(row, nodes, geometry) {
  const stays = [];
  let from = row[1], passed = [];
  if (from < 0 && geometry.start === null) from = null;
  for (let at = LAST; at < row.length; at += 4) {
    const [node, begin, end, doing] = row.slice(at, at + 4);
    const last = at + 4 >= row.length;
    if (doing === PASSES && !last) { passed.push(node); continue; }
    const via = from === null ? null : [from, ...passed, node];
    stays.push({ node, begin, end, doing, way: at === LAST && begin < 0 ? null : wayOf(via, node, nodes, geometry) });
    from = node; passed = [];
  }
  const leaves = row[2] === 0 && from !== null && stays.length && geometry.end !== null;
  return { case: row[0], fate: row[2], stays, out: leaves ? wayOf([from, -1], from, nodes, geometry) : null, at: 0 };
}

// The points from one node to the next through those between; straight where the map shows no way.
function wayOf(via, node, nodes, geometry) {
  const points = [];
  if (via === null) {
    const box = nodes[node];
    return box ? measured([box[0] - box[2] - 46, box[1], box[0] - box[2], box[1]]) : null;
  }
  for (let i = 1; i < via.length; i++) {
    if (via[i] === via[i - 1]) continue;
    const known = geometry.ways[`${via[i - 1]}>${via[i]}`];
    if (known) points.push(...known);
    else for (const key of [via[i - 1], via[i]]) {
      const place = key < 0 ? (i === 1 && key === via[0] ? geometry.start : geometry.end) : nodes[key];
      if (place) points.push(place[0], place[1]);
    }
  }
  return points.length >= 4 ? measured(points) : null;
}

function measured(points) {
  const along = new Float64Array(points.length / 2);
  for (let i = 1; i < along.length; i++) {
    along[i] = along[i - 1] + Math.hypot(points[2 * i] - points[2 * i - 2], points[2 * i + 1] - points[2 * i - 1]);
  }
  return { points, along };
}

export function pointOn(way, share) {
  const { points, along } = way, aim = along[along.length - 1] * share;
  let low = 0, high = along.length - 1;
  while (high - low > 1) { const middle = (low + high) >> 1; if (along[middle] <= aim) low = middle; else high = middle; }
  const part = along[high] > along[low] ? (aim - along[low]) / (along[high] - along[low]) : 0;
  // between two strips of the map a dot is on one or the other, never in between
  if (Math.hypot(points[2 * high] - points[2 * low], points[2 * high + 1] - points[2 * low + 1]) > 160 && along.length > 2) {
    const at = part < 0.5 ? low : high;
    return [points[2 * at], points[2 * at + 1]];
  }
  return [points[2 * low] + part * (points[2 * high] - points[2 * low]),
    points[2 * low + 1] + part * (points[2 * high + 1] - points[2 * low + 1])];
}

// How things stand at `now`. flight: tenths of seconds of the run that a dot takes to its next step.
export function standing(film, now, flight) {
  const n = film.geometry.nodes.length, { doc } = film;
  const waiting = Array.from({ length: n }, () => []), working = Array.from({ length: n }, () => []);
  const late = new Int32Array(n), busy = new Int32Array(doc.teams.length), flying = [];
  for (const token of film.tokens) {
    const stay = stayAt(token, now);
    if (stay === null) continue;
    if (stay === token) {
      const left = token.stays[token.stays.length - 1].end;
      if (token.out && now - left < flight) flying.push({ way: token.out, share: (now - left) / flight, token, stay: null });
      continue;
    }
    const isLate = now - doc.cases[token.case][0] > film.promise;
    if (isLate) late[stay.node] += 1;
    if (stay.doing >= 0) busy[stay.doing] += 1;
    const lasts = Math.min(flight, stay.end - stay.begin);
    const dot = { begin: stay.begin, late: isLate, case: token.case };
    (stay.doing === WAITS ? waiting : working)[stay.node].push(dot);
    if (stay.way && now - stay.begin < lasts) {
      dot.flies = true;
      flying.push({ way: stay.way, share: (now - stay.begin) / lasts, token, stay, late: isLate });
    }
  }
  for (const line of waiting) line.sort((a, b) => a.begin - b.begin || a.case - b.case);
  for (const line of working) line.sort((a, b) => a.begin - b.begin || a.case - b.case);
  return { waiting, working, late, busy, flying, ...counts(film, now) };
}

// The stay of a token at a moment; the token itself after its last one; null before the first.
function stayAt(token, now) {
  const { stays } = token;
  let at = Math.min(token.at, stays.length - 1);
  while (at > 0 && stays[at].begin > now) at -= 1;
  while (at + 1 < stays.length && stays[at + 1].begin <= now) at += 1;
  token.at = at;
  if (stays[at].begin > now) return null;
  return now < stays[at].end ? stays[at] : at === stays.length - 1 ? token : null;
}

export function counts(film, now) {
  let arrived = 0, left = 0, underWay = 0, lateCases = 0;
  for (const [came, gone] of film.doc.cases) {
    if (came > 0 && came <= now) arrived += 1;
    if (gone > 0 && gone <= now) left += 1;
    if (came <= now && now < gone) { underWay += 1; if (now - came > film.promise) lateCases += 1; }
  }
  return { arrived, left, underWay, lateCases };
}

export function thereAt(team, now) {
  let people = 0;
  for (const [from, count] of team.there) { if (from > now) break; people = count; }
  return people;
}

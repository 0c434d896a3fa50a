// One canvas over the map for all dots: those who wait stand over their step, those at work at its lower edge.
import { pointOn } from "./film.js";

const DOT = 2.9, STEP = 7, ROWS = 3, WIDE = 17, NARROW = 6;

const columnsOf = (box) => (box[2] > 40 ? WIDE : NARROW);

export class Stage {
  constructor(frame, film) {
    this.frame = frame; this.film = film;
    this.svg = frame.querySelector("svg.chart");
    this.canvas = frame.querySelector("canvas");
    this.context = this.canvas.getContext("2d");
    this.zoom = 1;
  }

  // Names must stay readable: the map is no smaller than that, and is scrolled instead.
  fit(factor) {
    const { width, height } = this.film.geometry;
    const whole = (this.frame.clientWidth - 2) / width;
    this.zoom = factor ?? Math.min(1.25, Math.max(whole, this.frame.clientWidth < 640 ? 0.62 : 0.72));
    const w = width * this.zoom, h = height * this.zoom;
    for (const part of [this.svg, this.canvas]) { part.style.width = `${w}px`; part.style.height = `${h}px`; }
    this.ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(w * this.ratio);
    this.canvas.height = Math.round(h * this.ratio);
    this.colours();
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    this.colour = { wait: of("--plum"), work: of("--accent"), late: of("--red"), ground: of("--surface"), ink: of("--ink") };
    this.font = `700 11px ${getComputedStyle(document.body).fontFamily}`;
  }

  draw(now) {
    const { context, canvas } = this, scale = this.zoom * this.ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const places = { wait: [], work: [], late: [] };
    const boxes = this.film.geometry.nodes;
    now.waiting.forEach((line, node) => this.line(places, boxes[node], line, true));
    now.working.forEach((line, node) => this.line(places, boxes[node], line, false));
    for (const each of now.flying) {
      const [x, y] = pointOn(each.way, each.share);
      places[each.late ? "late" : each.stay === null || each.stay.doing !== -1 ? "work" : "wait"].push(x, y);
    }
    this.dots(places.wait, this.colour.wait);
    this.dots(places.work, this.colour.work);
    this.diamonds(places.late);
    now.waiting.forEach((line, node) => {
      const there = now.working[node].length, n = line.length || (boxes[node] && there > columnsOf(boxes[node]) ? there : 0);
      if (boxes[node] && n) this.count(boxes[node], n, line.length ? this.colour.wait : this.colour.work);
    });
  }

  line(places, box, line, waits) {
    if (!box) return;
    const [x, y, halfWide, halfHigh] = box, isBox = halfWide > 40, columns = columnsOf(box);
    const left = isBox ? x - halfWide + 8 : x - ((columns - 1) * STEP) / 2;
    const room = Math.min(line.length, waits ? columns * ROWS : columns);
    for (let slot = 0; slot < room; slot++) {
      if (line[slot].flies) continue;
      const across = left + STEP * (slot % columns);
      const along = waits ? y - halfHigh - 6 - STEP * Math.floor(slot / columns) : isBox ? y + halfHigh - 5 : y + halfHigh + 6;
      places[line[slot].late ? "late" : waits ? "wait" : "work"].push(across, along);
    }
  }

  dots(places, colour) {
    const { context } = this;
    context.fillStyle = colour; context.strokeStyle = this.colour.ground; context.lineWidth = 0.8;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) { context.moveTo(places[i] + DOT, places[i + 1]); context.arc(places[i], places[i + 1], DOT, 0, 7); }
    context.fill(); context.stroke();
  }

  diamonds(places) {
    const { context } = this, size = 3.9;
    context.fillStyle = this.colour.late; context.strokeStyle = this.colour.ground; context.lineWidth = 0.8;
    context.beginPath();
    for (let i = 0; i < places.length; i += 2) {
      const x = places[i], y = places[i + 1];
      context.moveTo(x, y - size); context.lineTo(x + size, y); context.lineTo(x, y + size); context.lineTo(x - size, y); context.closePath();
    }
    context.fill(); context.stroke();
  }

  // How many wait, or are there: a dot each is drawn only as far as there is room.
  count([x, y, halfWide, halfHigh], n, colour) {
    const { context } = this, said = String(n);
    context.font = this.font;
    const width = context.measureText(said).width + 10, left = x + halfWide + 4 - width, top = y - halfHigh - 12;
    context.beginPath(); context.roundRect(left, top, width, 16, 8);
    context.fillStyle = this.colour.ground; context.fill();
    context.strokeStyle = colour; context.lineWidth = 1.2; context.stroke();
    context.fillStyle = this.colour.ink; context.textAlign = "center"; context.textBaseline = "middle";
    context.fillText(said, left + width / 2, top + 8.5);
  }
}

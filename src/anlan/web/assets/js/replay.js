// A replay: one clock for one or two maps. Space plays and pauses, arrows step, the slider goes anywhere.
// Without it the page has the map at the begin, the course as a table, and a form for another time.
import { counts, filmOf, standing, thereAt } from "./film.js";
import { Stage } from "./stage.js";

const FLIGHT_S = 0.7; // seconds on the screen that a dot takes from a step to the next
const SPEEDS = [10, 60, 300, 900, 1800, 3600, 7200, 14400, 43200]; // seconds of the run in one of the screen
const ABOUT_S = 75, PANEL_MS = 250;

export function replayMaps(root) {
  const page = root.querySelector("[data-replay]");
  if (page) new Player(page);
}

class Player {
  constructor(page) {
    this.page = page;
    this.said = JSON.parse(page.querySelector("#replay-said").textContent);
    this.parts = [...page.querySelectorAll("[data-part]")].map((part) => partOf(part));
    this.lasts = Math.min(...this.parts.map(({ film }) => film.lasts));
    this.now = 0; this.playing = false; this.panelAt = 0; this.frames = [];
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.fields();
    for (const part of page.querySelectorAll("[data-scripted]")) part.hidden = false;
    this.fit();
    this.listen();
    this.show(true);
    page.dataset.ready = "1";
    page.replay = this; // read by measurements
  }

  fields() {
    const at = (name) => this.page.querySelector(`[data-${name}]`);
    this.slider = at("slider"); this.clock = at("clock"); this.live = at("live"); this.speed = at("speed");
    this.button = at("play"); this.course = at("course"); this.stills = [...this.page.querySelectorAll("[data-still]")];
    this.slider.max = String(this.lasts);
    const best = SPEEDS.reduce((a, b) => (Math.abs(Math.log(this.lasts / 10 / b / ABOUT_S)) < Math.abs(Math.log(this.lasts / 10 / a / ABOUT_S)) ? b : a));
    for (const each of SPEEDS) this.speed.add(new Option(this.spoken(each), String(each), each === best, each === best));
  }

  spoken(seconds) {
    const [n, unit] = seconds < 60 ? [seconds, "s"] : seconds < 3600 ? [seconds / 60, "min"] : [seconds / 3600, "h"];
    return fill(this.said.per_second, { time: `${n} ${this.said.units[unit]}` });
  }

  get rate() { return Number(this.speed.value) * 10; }

  listen() {
    this.page.addEventListener("click", (event) => {
      const deed = event.target.closest("[data-do]")?.dataset.do;
      if (deed) this.act(deed, event);
    });
    this.page.addEventListener("keydown", (event) => this.key(event));
    this.slider.addEventListener("input", () => { this.go(Number(this.slider.value), true); });
    this.course.addEventListener("pointerdown", (event) => {
      const box = this.course.getBoundingClientRect();
      this.go(((event.clientX - box.left) / box.width) * this.lasts, true);
    });
    let width = this.page.clientWidth;
    new ResizeObserver(() => { if (this.page.clientWidth !== width) { width = this.page.clientWidth; this.fit(); this.show(false); } }).observe(this.page);
    new MutationObserver(() => { for (const { stage } of this.parts) stage.colours(); this.show(false); })
      .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  }

  act(deed, event) {
    if (deed === "play") this.toggle();
    else if (deed === "begin") this.go(0, true);
    else if (deed === "back") this.go(this.now - this.rate, true);
    else if (deed === "on") this.go(this.now + this.rate, true);
    else if (deed === "in" || deed === "out" || deed === "fit") this.zoomed(deed, event.target.closest("[data-part]"));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, input:not([type=range]), textarea, a")) return;
    const onButton = event.target.closest("button"), onSlider = event.target === this.slider;
    if (event.key === " " && !onButton) this.toggle();
    else if ((event.key === "k" || event.key === "p")) this.toggle();
    else if (event.key === "ArrowRight" && !inFrame(event)) this.go(this.now + this.rate, true);
    else if (event.key === "ArrowLeft" && !inFrame(event)) this.go(this.now - this.rate, true);
    else if (event.key === "Home" && !onSlider) this.go(0, true);
    else if (event.key === "End" && !onSlider) this.go(this.lasts, true);
    else if (event.key === "+" || event.key === "=") this.faster(1);
    else if (event.key === "-") this.faster(-1);
    else return;
    event.preventDefault();
  }

  faster(by) {
    this.speed.selectedIndex = Math.min(this.speed.length - 1, Math.max(0, this.speed.selectedIndex + by));
    this.show(false);
  }

  toggle() {
    if (!this.playing && this.now >= this.lasts) this.now = 0;
    this.playing = !this.playing;
    this.button.setAttribute("aria-pressed", String(this.playing));
    this.button.setAttribute("aria-label", this.playing ? this.said.pause : this.said.play);
    for (const icon of this.button.querySelectorAll("[data-when]")) icon.hidden = (icon.dataset.when === "playing") !== this.playing;
    if (this.playing) { this.last = performance.now(); requestAnimationFrame((time) => this.frame(time)); } else this.show(true);
  }

  frame(time) {
    if (!this.playing) return;
    const passed = Math.min(250, time - this.last);
    // who wants no movement sees a new moment every second
    if (!this.calm.matches || time - this.last >= 1000) {
      this.frames.push(time - this.last);
      if (this.frames.length > 1200) this.frames.shift();
      this.now = Math.min(this.lasts, this.now + (this.rate * (this.calm.matches ? 1000 : passed)) / 1000);
      this.last = time;
      this.show(false, time);
    }
    if (this.now >= this.lasts) this.toggle();
    else requestAnimationFrame((next) => this.frame(next));
  }

  go(to, told) {
    this.now = Math.min(this.lasts, Math.max(0, to));
    this.show(told);
  }

  show(told, time) {
    const flight = this.calm.matches ? 0 : FLIGHT_S * this.rate;
    const panels = told || time === undefined || time - this.panelAt >= PANEL_MS;
    for (const part of this.parts) {
      const now = standing(part.film, this.now, flight);
      part.stage.draw(now);
      if (panels) this.panel(part, now);
      if (told) part.sentence = this.sentence(part, now);
    }
    this.slider.value = String(Math.round(this.now));
    const clock = this.clockAt(this.now);
    if (this.clock.textContent !== clock) this.clock.textContent = clock;
    if (!panels) return;
    this.panelAt = time ?? performance.now();
    this.slider.setAttribute("aria-valuetext", clock);
    this.drawCourse();
    if (!told) return;
    const several = this.parts.length > 1;
    this.live.textContent = `${clock}${this.said.colon}${this.parts.map((part) => (several ? `${part.title} ` : "") + part.sentence).join(" ")}`;
    for (const link of this.stills) {
      const address = new URL(link.href, window.location.href);
      address.searchParams.set("at", String(Math.floor(this.now / 10)));
      link.href = address.href;
    }
  }

  clockAt(tenths) {
    const { doc } = this.parts[0].film, minute = Math.floor((doc.from_s + tenths / 10) / 60);
    const clock = `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`;
    const day = Math.floor(minute / 1440);
    if (!doc.first_day) return fill(this.said.clock_run, { week: Math.floor(day / 7) + 1, weekday: this.said.weekdays[day % 7], clock });
    const date = new Date(Date.parse(`${doc.first_day}T00:00:00Z`) + day * 86_400_000);
    return fill(this.said.clock_log, { day: date.toISOString().slice(0, 10), weekday: this.said.weekdays[(date.getUTCDay() + 6) % 7], clock });
  }

  sentence(part, now) {
    const { doc } = part.film, waits = now.waiting.map((line) => line.length), most = Math.max(...waits);
    const found = [fill(this.said.said_under_way, { n: now.underWay })];
    if (doc.knows_work) found.push(fill(this.said.said_waiting, { n: waits.reduce((a, b) => a + b, 0) }));
    if (doc.promise_s !== null) found.push(fill(this.said.said_late, { n: now.lateCases }));
    if (most > 0) found.push(fill(this.said.said_longest, { node: doc.nodes[waits.indexOf(most)], n: most }));
    return found.join(this.said.comma) + this.said.stop;
  }

  panel(part, now) {
    const { doc } = part.film, put = (name, value) => { const cell = part.cells[name]; if (cell && cell.textContent !== value) cell.textContent = value; };
    put("arrived", String(now.arrived)); put("left", String(now.left)); put("under_way", String(now.underWay));
    put("waiting", String(now.waiting.reduce((sum, line) => sum + line.length, 0))); put("late", String(now.lateCases));
    part.cells.late?.parentElement.classList.toggle("some", now.lateCases > 0);
    put("busy", fill(this.said.busy_of, { busy: now.busy.reduce((a, b) => a + b, 0), there: doc.teams.reduce((sum, team) => sum + thereAt(team, this.now), 0) }));
    doc.teams.forEach((team, n) => {
      const there = thereAt(team, this.now), bar = part.cells[`bar-${n}`];
      put(`team-${n}`, fill(this.said.busy_of, { busy: now.busy[n], there }));
      if (bar) { bar.max = Math.max(there, now.busy[n], 1); bar.value = now.busy[n]; }
    });
    doc.nodes.forEach((_, n) => {
      put(`waiting-${n}`, now.waiting[n].length ? String(now.waiting[n].length) : "0");
      put(`working-${n}`, String(now.working[n].length));
      put(`late-${n}`, String(now.late[n]));
    });
  }

  fit() {
    for (const { stage } of this.parts) stage.fit();
    const ratio = Math.min(window.devicePixelRatio || 1, 2), box = this.course.getBoundingClientRect();
    this.course.width = Math.round(box.width * ratio); this.course.height = Math.round(box.height * ratio);
    const n = 240;
    this.lines = this.parts.map(({ film }) => Array.from({ length: n + 1 }, (_, i) => counts(film, (i * this.lasts) / n).underWay));
  }

  // Cases under way through the span, darker where nobody is there, with where the clock stands.
  drawCourse() {
    const { course } = this, context = course.getContext("2d"), w = course.width, h = course.height;
    const of = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const most = Math.max(1, ...this.lines.flat()), { doc } = this.parts[0].film;
    context.clearRect(0, 0, w, h);
    if (doc.teams.length) {
      context.fillStyle = of("--line");
      for (let i = 0; i < 240; i++) {
        const at = ((i + 0.5) * this.lasts) / 240;
        if (doc.teams.every((team) => thereAt(team, at) === 0)) context.fillRect((i * w) / 240, 0, w / 240 + 1, h);
      }
    }
    this.lines.forEach((line, n) => {
      context.beginPath();
      line.forEach((value, i) => context[i ? "lineTo" : "moveTo"]((i * w) / 240, h - 3 - (value / most) * (h - 6)));
      context.strokeStyle = of(n ? "--accent" : "--slate"); context.lineWidth = 2; context.stroke();
    });
    context.fillStyle = of("--ink");
    context.fillRect((this.now / this.lasts) * w - 1, 0, 2, h);
  }

  zoomed(deed, element) {
    const part = this.parts.find((each) => each.element === element) ?? this.parts[0], { stage } = part;
    const whole = (stage.frame.clientWidth - 2) / part.film.geometry.width;
    stage.fit(deed === "fit" ? Math.min(1.25, whole) : Math.min(3, Math.max(0.15, stage.zoom * (deed === "in" ? 1.25 : 0.8))));
    this.show(false);
  }
}

function partOf(element) {
  const read = (name) => JSON.parse(document.getElementById(`${name}-${element.dataset.part}`).textContent);
  const film = filmOf(read("document"), read("geometry"));
  const cells = Object.fromEntries([...element.querySelectorAll("[data-cell]")].map((cell) => [cell.dataset.cell, cell]));
  return { element, film, cells, title: element.dataset.title, stage: new Stage(element.querySelector("[data-stage]"), film), sentence: "" };
}

const two = (n) => String(n).padStart(2, "0");
const fill = (said, values) => said.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
const inFrame = (event) => event.target.closest("[data-stage]") !== null;

// The pages work without this script; it makes them quicker to use.
import htmx from "htmx.org";
import Alpine from "@alpinejs/csp";
import { walkLists } from "./keyboard.js";
import { openDrawers } from "./drawers.js";
import { openFolds } from "./folds.js";
import { previewLevels } from "./matrix.js";
import { walkMap } from "./map.js";
import { growGrids, walkTriangles } from "./grids.js";
import { drawBoards } from "./board.js";
import { offerWays } from "./estimates.js";
import { watchSaving } from "./saving.js";
import { replayMaps } from "./replay.js";

window.htmx = htmx;
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// A refused form (422) and a conflict (409) carry what is wrong: show it in place.
document.addEventListener("htmx:beforeSwap", (event) => {
  if ([409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

walkLists(document);
openDrawers(document);
openFolds(document);
previewLevels(document);
walkMap(document);
growGrids(document);
walkTriangles(document);
drawBoards(document);
offerWays(document);
watchSaving(document);
replayMaps(document);
Alpine.start();

// A page that asks again and again says when nobody answers, and goes on asking.
for (const [event, cut] of [["htmx:sendError", true], ["htmx:responseError", true], ["htmx:afterSwap", false]])
  document.addEventListener(event, () => document.body.classList.toggle("offline", cut));

// Builds what the pages load: one script, one style sheet, the Latin font, and the icons in use as a sprite.
import { build } from "esbuild";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "anlan");
mkdirSync(out, { recursive: true });

await build({
  entryPoints: [join(here, "js", "app.js"), join(here, "css", "app.css")],
  bundle: true, minify: true, sourcemap: false, outdir: out, entryNames: "[name]",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  external: ["/static/*"], loader: { ".woff2": "file" }, assetNames: "[name]", logLevel: "warning",
});

const icons = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
const symbols = Object.entries(icons).map(([name, file]) => {
  const svg = readFileSync(join(here, "node_modules/@tabler/icons/icons/outline", `${file}.svg`), "utf8");
  const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
});
writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
copyFileSync(join(here, "mark.svg"), join(out, "mark.svg"));

// The font that printed reports embed: the two weights they use, for formats/printing.
const fonts = join(here, "..", "..", "formats", "printing", "fonts");
mkdirSync(fonts, { recursive: true });
for (const weight of ["400Regular", "700Bold"]) {
  const file = `NotoSansSC_${weight}.ttf`;
  copyFileSync(join(here, "node_modules/@expo-google-fonts/noto-sans-sc", weight, file), join(fonts, file));
}

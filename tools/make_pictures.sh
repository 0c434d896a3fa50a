#!/bin/sh
# Make the pictures of the README from the demo's report: needs chromium, pdftoppm and ImageMagick.
# Usage: sh tools/make_pictures.sh
set -eu
folder=$(mktemp -d)
for language in zh en; do
  .venv/bin/anlan demo --lang "$language" --out "$folder/$language" >/dev/null
  chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
    --user-data-dir="$folder/profile" --no-pdf-header-footer \
    --print-to-pdf="$folder/$language.pdf" "file://$folder/$language/report.html" >/dev/null 2>&1
  pdftoppm -r 100 -f 1 -l 1 -singlefile -png "$folder/$language.pdf" "$folder/$language"
  convert "$folder/$language.png" -strip -colors 96 "docs/images/report-$language.png"
done
rm -r "$folder"

#!/bin/sh
# Draws a share of every centre's stations again, with nothing but sha256sum, sort and awk (docs/audits.md).
#   scripts/draw.sh SEED 54 100 < stations      a line a station: CENTRE STATION; 54/100 of each centre, rounded up
# Prints a line for each station drawn: CENTRE TICKET STATION.
seed=$1 above=$2 below=$3
while read -r centre station; do
  echo "$centre $(printf '%s' "$seed,$station" | sha256sum | cut -c1-64) $station"
done | LC_ALL=C sort | awk -v above="$above" -v below="$below" '
  { line[NR] = $0; centre[NR] = $1; stations[$1]++ }
  END { for (n = 1; n <= NR; n++) { here = stations[centre[n]]; most = int((here * above + below - 1) / below)
        if (++drawn[centre[n]] <= (most < 1 ? 1 : most)) print line[n] } }'

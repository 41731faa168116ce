#!/usr/bin/env bash
# Measures the matcher at 100, 1,000 and 10,000 profiles, and in the same run, on the same text and with the same forms, what ripgrep takes to look for
# them as fixed strings. For information: ripgrep is given folded text, finds parts of words, and its time holds reading the strings; the matcher folds,
# looks at capitals and word boundaries, says who was found, and compiles beforehand. Needs Go; ripgrep when it is there.
#
#   SIZES="100 1000"  the sizes ripgrep is run at (default: 100 1000 10000)
#   RUNS=5            the best of so many runs counts (default: 3)
#   SHORT=1           4 MB of text instead of 64
#   GREP=1            GNU grep -F too: slow, and hungry at 10,000
#   LIMIT=300         seconds that one run of ripgrep or grep may take (default: 300)
set -euo pipefail
cd "$(dirname "$0")/.."
sizes=${SIZES:-100 1000 10000}
runs=${RUNS:-3}
limit=${LIMIT:-300}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

run=(go test -run '^$' -bench '^BenchmarkMatch$' -benchtime 1x -count "$runs" -cpu 1)
if [ -n "${SHORT:-}" ]; then
  run+=(-short)
fi
run+=(./internal/match)
echo "\$ ${run[*]}"
VESTNIK_BENCH_DIR="$work" "${run[@]}" >"$work/go.txt" || { cat "$work/go.txt"; exit 1; }
grep -m 1 'different items' "$work/go.txt" || true
bytes=$(wc -c <"$work/text.txt")

# The best of the runs of each sub-benchmark: lines "program, profiles, seconds, MB/s, notes", split by tabs.
table=$work/table.txt
awk '/^BenchmarkMatch\// {
  split($1, part, "/")
  mbs = 0; found = ""
  for (i = 3; i < NF; i += 2) {
    if ($(i + 1) == "ns/op") s = $i / 1e9
    if ($(i + 1) == "MB/s") mbs = $i
    if ($(i + 1) == "matches/item") rate = $i
    if ($(i + 1) == "items") n = $i
    if ($(i + 1) == "heap-MB") heap[$1] = $i
    if ($(i + 1) == "compile-ms" && (!($1 in compile) || $i < compile[$1])) compile[$1] = $i
    if ($(i + 1) == "allocs/item") allocs[$1] = $i
  }
  if (!($1 in best)) order[++count] = $1
  if (mbs > best[$1]) { best[$1] = mbs; secs[$1] = s }
  size[$1] = part[2]; kind[$1] = part[3]; sub(/-[0-9]+$/, "", kind[$1]); hits[$1] = n * rate
}
END {
  for (i = 1; i <= count; i++) {
    k = order[i]
    printf "vestnik, %s\t%s\t%.2f\t%.1f\t%d matches, %s allocs/item, heap %s MB, compiled in %s ms\n",
      kind[k], size[k], secs[k], best[k], hits[k], allocs[k], heap[k], compile[k]
  }
}' "$work/go.txt" >"$table"

# measure NAME SIZE FORMS COMMAND...: adds the best of the runs to the table. The last line the command prints is how much it found.
measure() {
  local name=$1 size=$2 forms=$3 best='' start took found
  shift 3
  for _ in $(seq "$runs"); do
    start=$(date +%s%N)
    if ! found=$(timeout "$limit" "$@"); then
      printf '%s\t%s\t-\t-\tfailed or took more than %s s with %s strings\n' "$name" "$size" "$limit" "$forms" >>"$table"
      return
    fi
    took=$(($(date +%s%N) - start))
    if [ -z "$best" ] || [ "$took" -lt "$best" ]; then
      best=$took
    fi
  done
  awk -v OFS='\t' -v n="$name" -v size="$size" -v t="$best" -v b="$bytes" -v f="$forms" -v hits="${found:-0}" \
    'BEGIN { printf "%s\t%s\t%.2f\t%.1f\t%d places, %s strings\n", n, size, t / 1e9, b / (t / 1e9) / 1e6, hits, f }' >>"$table"
}

# ripgrep and grep end with 1 when they find nothing, which is no fault here.
ripgrep() { rg --no-config -j 1 -F --count-matches -f "$1" "$work/text.txt" || [ $? -eq 1 ]; }
gnugrep() { grep -F -o -f "$1" "$work/text.txt" | wc -l; }
export -f ripgrep gnugrep
export work

if ! command -v rg >/dev/null; then
  echo "ripgrep is not installed (Debian: apt-get install ripgrep): going on without it"
fi
for n in $sizes; do
  forms="$work/forms-$n.txt"
  LC_ALL=C sort -u -o "$forms" "$forms"
  count=$(wc -l <"$forms")
  if command -v rg >/dev/null; then
    echo "\$ rg --no-config -j 1 -F --count-matches -f forms-$n.txt text.txt"
    measure "ripgrep -F" "$n" "$count" bash -c 'ripgrep "$1"' _ "$forms"
  fi
  if [ -n "${GREP:-}" ]; then
    echo "\$ LC_ALL=C grep -F -o -f forms-$n.txt text.txt | wc -l"
    LC_ALL=C measure "grep -F" "$n" "$count" bash -c 'gnugrep "$1"' _ "$forms"
  fi
done

echo
{
  printf 'program\tprofiles\tseconds\tMB/s\t\n'
  cat "$table"
} | awk -F '\t' '{ printf "%-20s %9s %9s %9s  %s\n", $1, $2, $3, $4, $5 }'

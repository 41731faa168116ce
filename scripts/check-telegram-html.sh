#!/usr/bin/env bash
# Renders real documents, the replay and hostile texts as Telegram messages and has them judged by the parser that Telegram's own Bot API server runs.
# Fails on a message that would be refused, or in which something became a command or link that was not meant. Needs Go, Python 3, and npm for the
# parser (package prebuilt-tdlib, Linux on x86-64), unless TDJSON names a libtdjson.so that is there already.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "${TDJSON:-}" ]; then
  npm install --prefix "$work/tdlib" --no-audit --no-fund --loglevel=error prebuilt-tdlib@0.1008065.0
  TDJSON=$(find "$work/tdlib" -name libtdjson.so -path '*linux-x64-glibc*' | head -n 1)
fi
export TDJSON

TELEGRAM_CORPUS="$work/corpus.jsonl" go test -count=1 -run '^TestCorpus$' ./internal/telegram
python3 scripts/check-telegram-html.py "$work/corpus.jsonl"

#!/usr/bin/env python3
"""Has rendered Telegram messages judged by the parser that the Bot API server itself runs (TDLib's parseTextEntities and getTextEntities).

Reads JSON lines {"name", "text", "plain"?, "commands"?} from the files named, as TestCorpus in internal/telegram writes them. A message fails when the
parser refuses it, when it is longer than Telegram takes, when an entity is in it that we did not write (anything but bold, code and links), when a
link we wrote is lost, or when plain words turn into a command, mention, hashtag, address or the like; "commands" lists the commands that are meant.
In a "plain" message, which goes out without markup, whole addresses may become links.

TDJSON names the library, libtdjson.so from the npm package prebuilt-tdlib. Nothing goes over the network. Exit 0, or 1 with what failed.
"""
import collections
import ctypes
import html
import json
import os
import re
import sys
from urllib.parse import urlsplit

UNITS, BYTES = 4096, 32768
OURS = {"Bold", "Code", "TextUrl"}


class Parser:
    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        self.lib.td_execute.restype = ctypes.c_char_p
        self.lib.td_execute.argtypes = [ctypes.c_char_p]
        self.call({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})

    def call(self, request):
        answer = self.lib.td_execute(json.dumps(request).encode())
        return json.loads(answer) if answer else {}

    def html(self, text):
        return self.call({"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}})

    def found(self, text):
        return self.call({"@type": "getTextEntities", "text": text}).get("entities", [])


def kind(entity):
    return entity["type"]["@type"].removeprefix("textEntityType")


def words(text, entity):
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"]:2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "replace")


def judge(parser, message):
    """Yields what is wrong with a message."""
    source = message["text"]
    if len(source.encode()) > BYTES:
        yield f"{len(source.encode())} bytes"
    text = source
    if not message.get("plain"):
        parsed = parser.html(source)
        if parsed.get("@type") == "error":
            yield f"400 {parsed['message']}"
            return
        text = parsed["text"]
        links = [e["type"]["url"] for e in parsed["entities"] if kind(e) == "TextUrl"]
        written = re.findall(r'<a href="([^"]*)">', source)
        if len(links) != len(written):
            yield f"{len(written)} links are written, {len(links)} are there: {sorted(map(html.unescape, written))}"
        for meant, there in zip(written, links):
            if urlsplit(html.unescape(meant)).hostname != urlsplit(there).hostname:
                yield f"the link {meant!r} became {there!r}"
        for entity in parsed["entities"]:
            if kind(entity) not in OURS:
                yield f"{kind(entity)} {words(text, entity)!r}"
    if len(text.encode("utf-16-le")) // 2 > UNITS:
        yield f"{len(text.encode('utf-16-le')) // 2} UTF-16 units"
    if not text.strip():
        yield "nothing to read"
    for entity in parser.found(text):
        what = words(text, entity)
        if kind(entity) == "BotCommand" and what in message.get("commands", []):
            continue
        if message.get("plain") and kind(entity) == "Url" and re.match(r"https?://", what, re.I):
            continue
        yield f"{kind(entity)} {what!r} in {text[max(entity['offset'] - 20, 0):][:60]!r}"


def main():
    parser = Parser(os.environ["TDJSON"])
    counts, failed = collections.Counter(), collections.Counter()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                message = json.loads(line)
                counts[message["name"]] += 1
                wrong = list(judge(parser, message))
                if wrong:
                    failed[message["name"]] += 1
                    if sum(failed.values()) <= 20:
                        print(f"{message['name']}: {'; '.join(wrong[:3])}", file=sys.stderr)
    for name in sorted(counts):
        print(f"{counts[name]:7d} {name}: {failed[name]} refused or read as more than was meant")
    print(f"{sum(counts.values()) - sum(failed.values())} passed, {sum(failed.values())} failed")
    if not counts:
        print("no message was checked", file=sys.stderr)
    return 1 if failed or not counts else 0


if __name__ == "__main__":
    sys.exit(main())

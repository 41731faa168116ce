#!/usr/bin/env python3
"""Draws docs/demo.svg: what "bot demo" prints in a terminal of 105 columns. Run it at the root of the repository: scripts/demo-svg.py"""
import fcntl, html, os, pty, struct, subprocess, tempfile, termios

COLUMNS, LINE = 105, 19


def printed():
    with tempfile.TemporaryDirectory() as folder:
        bot = os.path.join(folder, "bot")
        subprocess.run(["go", "build", "-o", bot, "./cmd/bot"], check=True)
        pid, fd = pty.fork()
        if pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
            os.environ["TERM"] = "xterm-256color"
            os.execv(bot, ["bot", "demo"])
        out = b""
        while True:
            try:
                read = os.read(fd, 1 << 16)
            except OSError:  # what a terminal says at its end
                read = b""
            if not read:
                break
            out += read
        os.waitpid(pid, 0)
    lines = [line.rstrip("\r").split("\r")[-1] for line in out.decode().split("\n")]  # a progress bar is drawn over
    return "\n".join(lines).rstrip("\n").split("\n")


def color(line, above):
    if line.startswith("    ") and "https://" not in line:
        return above  # the line above goes on
    if line.startswith("$"):
        return "#ffffff"
    if line.startswith("●"):
        return "#7fd1b9"
    if "https://" in line:
        return "#6f7a8a"
    if line.startswith("  ▸"):
        return "#8fb3e8"
    return "#e6e9ee" if line.startswith("  ") else "#c8ced8"


def main():
    lines = ["$ go run ./cmd/bot demo"] + printed()
    texts, fill = [], ""
    for n, line in enumerate(lines):
        fill = color(line, fill)
        if line:
            text = html.escape(line, quote=False).replace("\x1b[1m", '<tspan fill="#ffd479" font-weight="bold">').replace("\x1b[22m", "</tspan>")
            texts.append(f'<text x="20" y="{32 + n * LINE}" fill="{fill}" xml:space="preserve">{text}</text>')
    if "\x1b" in "".join(texts):
        raise SystemExit("the terminal was sent something that is not drawn yet")
    with open("docs/demo.svg", "w") as f:
        f.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 {32 + len(lines) * LINE + 8}" '
            "font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\" role=\"img\" "
            'aria-label="Output of bot demo in a terminal"><rect width="100%" height="100%" rx="8" fill="#14181f"/>\n' + "\n".join(texts) + "\n</svg>\n"
        )


main()

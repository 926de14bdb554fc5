"""A headless Chromium without network, profile or leftovers: looks at pages, prints them."""

from __future__ import annotations

import html
import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip

_WATCH = """
<script>
const seen = [...document.querySelectorAll('iframe')].map(frame => {
  const page = frame.contentDocument, root = page.documentElement, view = frame.contentWindow;
  const edge = root.clientWidth + 1;
  const out = [...page.querySelectorAll('main *, header *, footer *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > edge;
  });
  return {
    width: root.scrollWidth,
    visible: root.clientWidth,
    outside: [...new Set(out.map(one => (one.closest('section') || {}).id + ' ' + one.tagName))],
    cut: [...page.querySelectorAll('.tw')].filter(one => one.scrollWidth > one.clientWidth + 1)
      .map(one => (one.closest('section') || {}).id + ' ' + one.scrollWidth),
    requests: view.performance.getEntriesByType('resource').length,
    hidden: [...page.querySelectorAll('thead')].filter(one => !one.offsetHeight).length,
    charts: page.querySelectorAll('figure svg').length,
    leaving: [...page.querySelectorAll('figure svg')].flatMap(svg => {
      const paper = svg.getBoundingClientRect();
      return [...svg.querySelectorAll('text')].filter(one => one.getClientRects().length
        && paper.width).filter(one => {
        const box = one.getBoundingClientRect();
        return box.left < paper.left - 2 || box.right > paper.right + 2
          || box.top < paper.top - 2 || box.bottom > paper.bottom + 2;
      }).map(one => svg.getAttribute('aria-labelledby') + ' ' + one.textContent);
    }),
    small: [...page.querySelectorAll('figure text')].filter(one => one.getClientRects().length
      && parseFloat(view.getComputedStyle(one).fontSize) * Math.hypot(one.getScreenCTM().a, one.getScreenCTM().b) < 9.5)
      .map(one => one.textContent + ' '
        + (parseFloat(view.getComputedStyle(one).fontSize) * Math.hypot(one.getScreenCTM().a, one.getScreenCTM().b)).toFixed(1)),
    covered: [...page.querySelectorAll('figure svg')].flatMap(svg => {
      const boxes = [...svg.querySelectorAll('text')].map(one => {
        const {left, right, top, bottom} = one.getBoundingClientRect(), high = bottom - top;
        return {left, right, top: top + high * .16, bottom: bottom - high * .16, one};
      });
      return boxes.flatMap((a, index) => boxes.slice(index + 1).filter(b =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
      ).map(b => a.one.textContent + ' | ' + b.one.textContent));
    }),
  };
});
const told = document.createElement('pre');
told.id = 'told';
told.textContent = JSON.stringify(seen);
document.body.append(told);
</script>
"""


def look(pages: Sequence[bytes], width: int) -> list[dict]:
    """What each page measures in a window that is *width* pixels wide."""
    frames = "".join(
        f'<iframe style="border:0;width:{width}px;height:900px"'
        f' srcdoc="{html.escape(page.decode())}"></iframe>'
        for page in pages
    )
    watch = _WATCH.replace("<script>", "<script>addEventListener('load', () => {").replace(
        "</script>", "});</script>"
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "look.html"
        file.write_text(f"<!doctype html><meta charset=utf-8>{frames}{watch}", encoding="utf-8")
        dom = _run(folder, "--virtual-time-budget=4000", "--dump-dom", file.as_uri())
    told = re.search(r'<pre id="told">(.*?)</pre>', dom, re.DOTALL)
    assert told, dom[-500:]
    return json.loads(html.unescape(told[1]))


def printed(page: bytes) -> list[str]:
    """The text of every A4 page that *page* prints to."""
    with tempfile.TemporaryDirectory() as folder:
        file, pdf = Path(folder) / "page.html", Path(folder) / "page.pdf"
        file.write_bytes(page)
        _run(folder, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", file.as_uri())
        text = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True
        ).stdout.decode()
    return text.split("\f")[:-1]


def _run(folder: str, *arguments: str) -> str:
    command = ["chromium", *FLAGS, f"--user-data-dir={folder}/profile", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode(errors="replace")

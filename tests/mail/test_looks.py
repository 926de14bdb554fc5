"""Mails as mail programs show them: what caniemail knows of 15 programs, and what a browser shows.

No real mail program was asked. caniemail's data is found in KAM_NODE_MODULES, where .ci/run and
``make mail`` put it.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from browser.chromium import look
from lxml import html as markup
from test_mail import letters

pytestmark = pytest.mark.mail
EIGHT = (
    "outlook.windows", "outlook.ios", "outlook.android", "gmail.desktop-webmail", "gmail.ios",
    "gmail.android", "apple-mail.macos", "apple-mail.ios",
)  # fmt: skip
ALL = (
    "outlook.windows", "outlook.outlook-com", "outlook.macos", "outlook.ios",
    "gmail.desktop-webmail", "gmail.android", "gmail.ios", "apple-mail.macos", "apple-mail.ios",
    "gmx.desktop-webmail", "web-de.desktop-webmail", "t-online-de.desktop-webmail",
    "ionos-1and1.desktop-webmail", "thunderbird.windows", "samsung-email.android",
)  # fmt: skip
LANGUAGES = ("de", "en")


@pytest.fixture(scope="module")
def modules() -> Path:
    found = os.environ.get("KAM_NODE_MODULES", "")
    assert found, "KAM_NODE_MODULES must name a folder with caniemail: make mail sees to it"
    return Path(found)


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, str]:
    """Every mail of the example in both languages, with its pictures inside."""
    return {
        f"{subject}.{edition}.{language}": letter.html
        for language in LANGUAGES
        for (subject, edition), (_, letter) in letters(language).items()
    }


def shown(language: str) -> list[bytes]:
    """The mails as a browser gets them: pictures in place of their names."""
    made = []
    for _, letter in letters(language).values():
        page = letter.html
        for key, data in letter.pictures.items():
            page = page.replace(
                f'"cid:{key}"', f'"data:image/png;base64,{base64.b64encode(data).decode()}"'
            )
        made.append(page.encode())
    return made


def test_caniemail_finds_no_error_for_the_eight_programs(modules, pages, tmp_path):
    files = []
    for name, page in pages.items():
        (tmp_path / f"{name}.html").write_text(page, "utf-8")
        files.append(str(tmp_path / f"{name}.html"))
    done = subprocess.run(
        ["node", Path(__file__).with_name("lint.mjs"), modules, ",".join(EIGHT), *files],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert len(told) == len(pages)
    assert {name: one["errors"] for name, one in told.items() if one["errors"]} == {}
    assert all(one["success"] for one in told.values())


def test_the_lint_would_see_a_page_that_is_made_for_browsers(modules, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<style>p{display:flex}</style><svg></svg><video></video>")
    done = subprocess.run(
        ["node", Path(__file__).with_name("lint.mjs"), modules, ",".join(EIGHT), bad],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert len(json.loads(done.stdout)[str(bad)]["errors"]) >= 3


def features(page: str, known: set[str]) -> Counter[str]:
    """What of caniemail's features a page uses, and how often."""
    used: Counter[str] = Counter()
    for tag in markup.fromstring(page).iter():
        if not isinstance(tag.tag, str):
            continue
        used[f"html-{tag.tag}"] += 1
        for name, value in tag.attrib.items():
            if name != "style":  # the feature html-style is the element
                used[f"html-{name}"] += 1
                continue
            for rule in value.split(";"):
                word, _, what = (part.strip().lower() for part in rule.partition(":"))
                used[f"css-{word}"] += 1
                used[f"css-{word}-{what}"] += 1
    return Counter({name: count for name, count in used.items() if name in known})


def score(page: str, data: dict[str, dict]) -> float:
    """How much of what the page uses the 15 programs support, in percent; partly counts half."""
    full = partly = cells = 0
    for name in features(page, set(data)):
        for program in ALL:
            family, _, platform = program.partition(".")
            versions = data[name]["stats"].get(family, {}).get(platform)
            if versions:
                latest = str(list(versions.values())[-1])
                cells += 1
                full += latest.startswith("y")
                partly += latest.startswith("a")
    return 100 * (full + partly / 2) / cells


def test_all_programs_with_gmx_and_web_de_support_nine_tenths_of_what_is_used(modules, pages):
    found = json.loads((modules / "caniemail" / "data" / "caniemail.json").read_text("utf-8"))
    data = {one["slug"]: one for one in found["data"]}
    scores = {name: score(page, data) for name, page in pages.items()}
    print(f"caniemail, 15 programs: {min(scores.values()):.1f} at the least")
    assert min(scores.values()) >= 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_is_wider_than_a_phone(language):
    for one in look(shown(language), 390):
        assert one["width"] <= 390, one


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_is_wider_than_a_reading_pane(language):
    for one in look(shown(language), 600):
        assert one["width"] <= 600, one


def test_with_pictures_blocked_every_value_is_there(pages):
    """What a reader without pictures sees: the alternative texts, and bars that are tables."""
    for name, page in pages.items():
        tree = markup.fromstring(page)
        for image in tree.iter("img"):
            assert len(re.findall(r"\d", image.get("alt"))) >= 2, name
        judged = tree.xpath("//td[contains(., '▲') or contains(., '▼')]")
        assert tree.xpath("//td[@bgcolor and @height='10']") or not judged, name


def test_a_mail_without_attachment_stays_small():
    from datetime import UTC, datetime

    from kam_reports.mailing.message import compose
    from kam_reports.mailing.recipients import Addressee

    sizes = []
    for (_, edition), (view, letter) in letters("de").items():
        one = Addressee(view.subject, view.edition, "a@kunde.example", "Ada", "de", "A1")
        data = compose(
            one, letter, run="2026Q3", sender=("K", "k@k.example"), identity="<" + "0" * 32 + "@k>",
            written=datetime(2026, 10, 1, tzinfo=UTC),
        )  # fmt: skip
        sizes.append(len(data))
        assert all(len(png) <= 60_000 for png in letter.pictures.values()), edition
    print(f"largest mail without attachment: {max(sizes) / 1000:.0f} kB")
    assert max(sizes) <= 250_000

"""The colours of good and bad: read by everybody, apart for who does not see all colours."""

from __future__ import annotations

import pytest

from kam_reports.outputs.html import COLOURS, PALETTES

# Machado, Oliveira and Fernandes (2009), severity 1.0: what a dichromat sees, in linear RGB.
SEEN_BY = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip


def linear(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]


def seen(colour: str, eye: str) -> list[float]:
    rgb = linear(colour)
    rows = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in SEEN_BY[eye])
    return [min(max(one, 0.0), 1.0) for one in rows]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* under D65."""
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in to_xyz]
    parts = [one / white for one, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True)]
    x, y, z = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in parts)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, eye: str) -> float:
    pair = zip(lab(seen(one, eye)), lab(seen(other, eye)), strict=True)
    return sum((a - b) ** 2 for a, b in pair) ** 0.5


def contrast(colour: str, paper: str = "#ffffff") -> float:
    light, dark = (
        sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), linear(one), strict=True))
        for one in (paper, colour)
    )
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("eye", SEEN_BY)
def test_good_and_bad_are_apart_for_the_colour_blind(eye):
    cvd = PALETTES["cvd"]
    assert apart(cvd["good"], cvd["bad"], eye) >= 30


@pytest.mark.parametrize("palette", PALETTES)
def test_words_in_good_and_bad_can_be_read(palette):
    for name in ("good", "bad"):
        assert contrast(PALETTES[palette][name]) >= 4.5
        assert contrast(PALETTES[palette][name], "#f6f7f9") >= 4.5  # every other row of the goals
    for name in ("ink", "mute", "accent", "warn-text"):
        assert contrast(COLOURS[name], "#f6f7f9") >= 4.5

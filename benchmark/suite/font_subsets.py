"""How the font files in models/embedded/fonts were made. Needs fonttools and brotli, which nothing else here does.

    npm pack @fontsource/nunito@5.3.0 @fontsource/playfair-display@5.3.0 ...   (each of LATIN),
        unpacked in DIR/<package>
    apt install fonts-noto-cjk
    python -m benchmark.suite.font_subsets --latin DIR --cjk /usr/share/fonts/opentype/noto

Every source is under the SIL Open Font License 1.1 (its text and each copyright line: OFL.txt). The licence
reserves some of the original names, so the subsets carry names of their own. Only drawn characters are kept,
and no layout features: ligatures such as the arrow of `!=` would change what a code picture says.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmark.suite.phrases import CHINESE_CHARACTERS
from models.embedded.faces import FONT_FOLDER, LATIN_CHARACTERS, Face

LATIN = {
    Face.SANS: ("nunito", 700),
    Face.BLACK: ("nunito", 900),
    Face.SERIF: ("playfair-display", 700),
    Face.NARROW: ("oswald", 600),
    Face.TALL: ("bebas-neue", 400),
    Face.MONO: ("jetbrains-mono", 500),
    Face.HAND: ("caveat", 700),
    Face.SCRIPT: ("lobster", 400),
}
SIMPLIFIED_CHINESE = {Face.CHINESE: "NotoSansCJK-Bold.ttc", Face.CHINESE_SERIF: "NotoSerifCJK-Bold.ttc"}
SIMPLIFIED_CHINESE_INDEX = 2  # fonts of the collection: JP, KR, SC, TC, HK


def latin_source(folder: Path, package: str, weight: int) -> Path:
    name = f"{package}-latin-{weight}-normal.woff2"
    found = sorted(folder.rglob(name))
    if not found:
        raise SystemExit(f"{name} not found under {folder}: unpack `npm pack @fontsource/{package}` there")
    return found[0]


def subset(source: Path, characters: str, face: Face, number: int = -1) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(source, fontNumber=number, recalcTimestamp=False)
    options = Options(layout_features=[], hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "BASE", "vhea", "vmtx", "VORG", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    family = f"Suite {face.name.title().replace('_', ' ')}"
    for record in font["name"].names:
        renamed = {1: family, 3: f"{family} subset", 4: family, 6: family.replace(" ", "")}.get(record.nameID)
        if renamed:
            record.string = renamed
    if "CFF " in font:
        table = font["CFF "].cff
        table.fontNames = [family.replace(" ", "")]
        for top in table.topDictIndex:
            top.FullName = top.FamilyName = family
    font.flavor = None
    font.save(FONT_FOLDER / face.value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--latin", type=Path, required=True, help="folder with the unpacked fontsource packages")
    parser.add_argument("--cjk", type=Path, required=True, help="folder with Debian's Noto CJK collections")
    arguments = parser.parse_args()
    for face, (package, weight) in LATIN.items():
        subset(latin_source(arguments.latin, package, weight), LATIN_CHARACTERS, face)
    for face, name in SIMPLIFIED_CHINESE.items():
        subset(arguments.cjk / name, CHINESE_CHARACTERS, face, SIMPLIFIED_CHINESE_INDEX)


if __name__ == "__main__":
    main()

import pytest
from PIL import Image

from benchmark.colours import COLOURS, colour_name, colour_shares


@pytest.mark.parametrize(
    ("rgb", "name"),
    [
        ((0, 0, 0), "black"),
        ((255, 255, 255), "white"),
        ((128, 128, 128), "gray"),
        ((220, 20, 30), "red"),
        ((34, 139, 34), "green"),
        ((255, 215, 0), "yellow"),
        ((0, 0, 128), "blue"),
        ((135, 206, 235), "blue"),
        ((101, 67, 33), "brown"),
        ((255, 140, 0), "orange"),
        ((255, 182, 193), "pink"),
        ((128, 0, 128), "purple"),
    ],
)
def test_usual_shades_have_their_names(rgb, name):
    assert colour_name(rgb) == name


def test_shares_add_up_the_largest_first():
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste((200, 0, 0), (0, 0, 60, 100))
    picture.paste((0, 0, 200), (60, 0, 80, 100))
    shares = colour_shares(picture)
    assert list(shares) == ["white", "red", "blue"] and set(shares) <= set(COLOURS)
    assert shares == pytest.approx({"white": 0.6, "red": 0.3, "blue": 0.1}, abs=0.03)
    assert sum(shares.values()) == pytest.approx(1)


def test_one_pixel_and_one_colour():
    assert colour_shares(Image.new("RGB", (1, 1), "black")) == {"black": 1.0}
    assert colour_shares(Image.new("L", (3000, 2), 255)) == {"white": 1.0}

import pytest
from PIL import Image

from benchmark import views


def test_durations_in_words():
    assert [views.clock_text(s) for s in (0, 59.4, 65, 7800)] == ["0 s", "59 s", "1 min 05 s", "2 h 10 min"]


def test_an_error_says_what_it_is():
    assert "± 29.0" in views.plus_minus(28.96) and "one standard error" in views.plus_minus(28.96)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((50, 200), ['<i style="width:25.0%">']),
        ((50, 200, 30, 90), ['<s style="left:15.0%;width:30.0%"', "from 30.0 to 90.0"]),
        ((250, 200, -10, 230), ['<i style="width:100.0%">', '<s style="left:0.0%;width:100.0%"']),  # stays in its track
    ],
)
def test_a_bar_shows_score_and_interval(arguments, parts):
    shown = views.bar(*arguments)
    assert all(part in shown for part in parts)
    assert "<u" not in shown and '<u style="left:25.0%"' in views.bar(*arguments, mark=50)


def test_pictures_are_carried_inside_and_their_names_escaped():
    tag = views.picture_tag(Image.new("RGB", (900, 30)), '"><script>', 320)
    assert tag.startswith('<img alt="&quot;&gt;&lt;script&gt;" src="data:image/webp;base64,')

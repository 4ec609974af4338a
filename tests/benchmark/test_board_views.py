import base64
from dataclasses import replace

from test_boards import made_run

from benchmark import board_views, profiles
from benchmark.board_filters import board_filter, matching
from benchmark.boards import board_csv, board_table, find_board, layer_table
from benchmark.published import NO_BOARDS, Layer, layer_boards

EVIL = '<img src=x onerror="alert(1)">'


def test_a_board_shows_medals_for_the_first_three_ranks():
    section = board_views.board_section(board_table("existence"), find_board("existence"))
    assert [section.count(f'title="{m} medal"') for m in ("gold", "silver", "bronze")] == [2, 1, 1]


def test_a_filtered_board_says_how_many_it_shows():
    table = layer_table("perception", Layer.LAST)
    shown = matching(table, board_filter("closed"))
    text = board_views.ranking(table, shown, find_board("perception"), Layer.LAST)
    assert "4 of 58 models. Ranks are among all of them." in text and "39" in text  # GPT-4V keeps its rank
    nothing = matching(table, board_filter("closed", "small"))
    assert board_views.ranking(table, nothing, find_board("perception"), Layer.LAST) == board_views.NOTHING_MATCHES


def test_own_runs_have_a_section_for_each_suite():
    runs = [made_run("a", 1, 2), made_run("b", 1, 2, is_mme=True)]
    table = layer_table("OCR", Layer.OWN, runs)
    text = board_views.ranking(table, table, find_board("OCR"), Layer.OWN)
    assert text.index("On MME's own pictures") < text.index("On the embedded suite")
    empty = layer_table("OCR", Layer.OWN)
    assert board_views.ranking(empty, empty, find_board("OCR"), Layer.OWN) == board_views.NO_OWN_RUNS


def test_names_of_models_are_escaped_everywhere():
    run = replace(made_run("r", 1, 2), model=EVIL, quantization=EVIL, suite=EVIL)
    table = layer_table("OCR", Layer.OWN, [run])
    rows = profiles.grid(Layer.OWN, [run])
    shown = (
        board_views.ranking(table, table, find_board("OCR"), Layer.OWN)
        + board_views.heat_map(rows, rows, Layer.OWN, "?a=1&b=2")
        + board_views.profile_text(profiles.profile("r", rows), "?")
        + board_views.layer_note(Layer.LAST, layer_boards(Layer.LAST), [run])
    )
    assert "<img" not in shown and shown.count("&lt;img") >= 4


def test_the_csv_is_inside_its_link():
    csv = board_csv(board_table("OCR"))
    actions = board_views.board_actions(csv, "mme-OCR-first", "?board=OCR&layer=first")
    data = actions.split("base64,")[1].split('"')[0]
    assert base64.b64decode(data).decode() == csv
    assert 'download="mme-OCR-first.csv"' in actions and 'href="?board=OCR&amp;layer=first"' in actions


def test_the_heat_map_tells_what_is_below_always_yes():
    rows = profiles.grid(Layer.LAST)
    text = board_views.heat_map(rows, rows, Layer.LAST, "?")
    assert text.count('<th scope="row">') == 58 and text.count("<td ") == 58 * 14
    gpt = text[text.index(">GPT-4V<") :]
    assert '<td class="bench-heat bench-under" style="--v:0.00">0</td>' in gpt[: gpt.index("</tr>")]
    part = profiles.grid(Layer.OWN, [made_run("part", 1, 4, answered=1)])
    assert "1 of 4 images: counted nowhere" in board_views.heat_map(part, part, Layer.OWN, "?")


def test_a_profile_names_strongest_and_weakest_in_a_sentence():
    rows = profiles.grid(Layer.LAST)
    sentence = board_views.profile_sentence(profiles.profile("GPT-4V", rows))
    assert "strongest in <b>Code reasoning</b> (+110.0 points) and weakest in <b>Celebrity</b> (-149.1)" in sentence
    assert sentence.endswith("No other model is as lopsided.")
    even = board_views.profile_sentence(profiles.profile("LLaVA", rows))
    assert even.endswith("It is more lopsided than 0 of the other 57.")
    alone = profiles.grid(Layer.OWN, [made_run("only", 1, 2)])
    assert "Fewer than 3 models" in board_views.profile_sentence(profiles.profile("only", alone))


def test_a_layer_says_where_its_figures_are_from():
    runs = [made_run(name, 1, 2) for name in "abcd"]
    note = board_views.layer_note(Layer.LAST, layer_boards(Layer.LAST), runs)
    assert "58 models, as of 2024-06-06" in note and "<b>c</b> and 1 more" in note
    assert "19 times in 20" in board_views.layer_note(Layer.OWN, NO_BOARDS, runs)

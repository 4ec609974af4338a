import inspect

import gradio
import pytest

from arena.startup_ui import without_editor_stubs


def test_only_gradios_classes_lose_their_file_and_only_for_a_while():
    with without_editor_stubs():
        with pytest.raises(OSError, match="editor stubs"):
            inspect.getfile(gradio.Textbox)
        assert inspect.getfile(pytest.Item).endswith(".py")
        assert inspect.getfile(inspect).endswith("inspect.py")
    assert inspect.getfile(gradio.Textbox).endswith("textbox.py")


def test_the_file_is_back_after_an_error():
    original = inspect.getfile
    with pytest.raises(KeyError), without_editor_stubs():
        raise KeyError
    assert inspect.getfile is original

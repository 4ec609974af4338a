import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.guard import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Describe the picture.", "en"), ("Count cats", "en"), ("OCR?", "en"), ("", "en"), ("123", "en"),
        ("Is there a café?", "en"), ("What does the sign “出口” mean?", "en"), ("Answer in Chinese: what is it?", "en"),
        ("图片里有什么？", "zh"), ("用 JSON 列出所有物体", "zh"), ("“出口”", "zh"), ("圖片裡有幾隻貓？", "zh"),
        ("Wie viele Autos sind auf dem Bild?", "other"), ("¿Cuántos perros hay?", "other"),
        ("Combien de chats ?", "other"), ("Décris l'image", "other"), ("Quanti gatti ci sono?", "other"),
        ("写真には何が写っていますか", "other"), ("写真の説明", "other"), ("사진에 무엇이 있나요", "other"),
        ("Что на картинке?", "other"), ("ما هذا؟", "other"),
    ],
)  # fmt: skip
def test_the_language_of_an_instruction(text, language):
    assert language_of(text) == language


@given(st.text())
def test_every_text_has_a_language(text):
    assert language_of(text) in {"en", "zh", "other"}

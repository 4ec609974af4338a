"""Text from people and models as HTML that can only ever be text."""

import html


def text_of(text: str) -> str:
    """`text` escaped: no tag, no entity, no template placeholder survives."""
    escaped = html.escape(text, quote=True)
    return escaped.replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;").replace("`", "&#96;")

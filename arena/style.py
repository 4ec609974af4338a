"""How two answers differ in length and formatting, in a few bins."""


def length_bin(a_text: str, b_text: str) -> int:
    """Placeholder until the estimator's bins are in."""
    return (len(a_text) > 2 * len(b_text)) - (len(b_text) > 2 * len(a_text))


def format_bin(a_text: str, b_text: str) -> int:
    """Placeholder until the estimator's bins are in."""
    return ("\n" in a_text) - ("\n" in b_text)

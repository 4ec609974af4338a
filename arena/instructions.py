"""Instructions that the page suggests: some tempt a model to invent things, some are easy to follow wrongly."""

SUGGESTED: tuple[str, ...] = (
    "Describe everything you see.",
    "Answer in exactly two sentences: what is in the picture?",
    "List the objects as JSON.",
    "How many objects are there?",
    "Is there a circle in this image? Please answer yes or no.",
    "Describe the picture in exactly five words.",
    "What is in the top left corner?",
    "Name the colors you see, in alphabetical order.",
    "What is written in the picture? If there is no text, say so.",
    'Describe the picture without using the word "the".',
    "What is the most unusual thing here?",
    "Write a short title for this picture, all in capital letters.",
)

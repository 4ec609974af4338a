"""The arena: blind battles between two models, judged by people on two axes."""

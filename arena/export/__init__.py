"""Votes as datasets: the public arena schema, preference pairs for DPO, corrections (RLHF-V), and every field.

`exporting.export` writes one folder that `datasets.load_dataset` and the Hugging Face Hub open as it is: parquet files
in `data/` and a card, `README.md`. Equal votes give equal bytes. `rows` and `corrections` say what becomes of a vote in
each form; `schemas` has the columns with their meaning; `pictures` decides which picture may be written.
"""

"""The benchmark room: replays the 14 subtasks of MME (arXiv 2306.13394) on a model and scores the answers."""

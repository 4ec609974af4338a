"""What answers: specs, quantized loading, the pool and generation.

Importing this package, or any of `spec`, `registry`, `images`, `pool`, `generation`, `errors`, imports no
torch; it comes in with the first model that is loaded.
"""

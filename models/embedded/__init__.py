"""The two small vision-language models that ship here, and the drawn world they were trained on."""

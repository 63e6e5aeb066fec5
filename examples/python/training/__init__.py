"""The steps of `train_model.py`, a file each."""

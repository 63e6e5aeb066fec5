"""Types of the compiled module; `make lint` compares them with the binary."""

__version__: str
build_info: str

"""Types of the compiled module; `make lint` compares them with the binary."""

__all__ = ["__version__", "build_info"]

__version__: str
build_info: str

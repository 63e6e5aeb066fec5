"""Forensic biometric matching: fingerprint minutiae and DNA profiles.

Examples
--------
>>> import matcher
>>> matcher.__version__
'0...'
"""

from matcher._matcher import __version__

__all__ = ["__version__"]

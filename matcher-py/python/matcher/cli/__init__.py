"""The command `matcher`: a file a subcommand.

Results go to stdout, as tables or, with ``--json``, as one JSON object and nothing else. Warnings,
diagnostics and progress go to stderr. The exit code is the answer in short:

====  ==============  ==================================================================================
code  word            meaning
====  ==============  ==================================================================================
0     found           a score reaches the threshold; for other commands: done, all of it
1     not_found       searched completely, and no score reaches the threshold; `verify`: something is damaged
2     wrong_input     an argument or a file is wrong; nothing was answered
3     incomplete      time was up, Ctrl-C, or files that could not be read: what is listed may lack the best;
                      `enrol`: something was refused
4     not_comparable  no two prints could be compared: too few minutiae, or different fingers
====  ==============  ==================================================================================
"""

from matcher.cli.app import main

__all__ = ["main"]

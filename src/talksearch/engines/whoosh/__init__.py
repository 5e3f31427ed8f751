"""The engine on Whoosh 2.7.4. Import ``WhooshEngine`` from ``.engine``, when it is needed:
importing Whoosh takes 60 ms."""

import warnings

# It is older than the Pythons that warn of its escapes and comparisons when they compile it: at the
# first command after `uv tool install`, and at each where nothing can be written beside it. Who has
# warnings be errors could not import it.
for category in (SyntaxWarning, DeprecationWarning):
    warnings.filterwarnings("ignore", category=category, module=r".*[/\\]whoosh[/\\]")
